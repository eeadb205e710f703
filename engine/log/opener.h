#pragma once
// Opener: stored entries back into content, for those who hold the keys.
//
// Threads:  any; one Opener may be shared. Keys of recently opened streams are kept in the vault.
// Lifetime: everything referred to outlives it.

#include <functional>
#include <mutex>
#include <unordered_map>

#include "engine/format/entry.h"
#include "engine/format/part.h"
#include "engine/log/sealed_index.h"
#include "engine/log/vault.h"

namespace stafett::log {

// A set of part classes.
class PartSet final {
 public:
  constexpr PartSet() = default;
  static constexpr PartSet all() {
    PartSet set;
    set.bits_ = ~0u;
    return set;
  }
  constexpr PartSet& add(format::PartClass part_class) {
    bits_ |= 1u << static_cast<unsigned>(part_class);
    return *this;
  }
  constexpr PartSet& add(PartSet other) {
    bits_ |= other.bits_;
    return *this;
  }
  constexpr bool has(format::PartClass part_class) const {
    return (bits_ >> static_cast<unsigned>(part_class) & 1u) != 0;
  }
  friend constexpr PartSet operator&(PartSet one, PartSet other) {
    one.bits_ &= other.bits_;
    return one;
  }
  friend constexpr bool operator==(const PartSet&, const PartSet&) = default;

 private:
  unsigned bits_ = 0;
};

// Told of every part before it is opened.
class PartWatch {
 public:
  virtual ~PartWatch() = default;
  virtual void part_opened(Position position, format::PartClass part_class) = 0;
};

// Asked when an entry's facts have been opened: which of its other parts to open.
using PartChoice = std::function<PartSet(const format::OpenPart& fact)>;

// For whom entries are opened: parts of other classes than `parts` stay sealed, and are not told
// apart from parts that the entry does not have. So do those that `choice`, when there is one, does
// not name.
struct Opening {
  PartSet parts = PartSet::all();
  const PartChoice* choice = nullptr;
  bool own_keys = true;  // also what is sealed under a key of its own: a person's details
  PartWatch* watch = nullptr;
};

struct OpenedEntry {
  Position position;
  format::Entry entry;
  Hash leaf_hash;
  std::optional<StreamRecord> stream;     // none for the engine stream
  std::vector<format::OpenPart> parts;    // opened and checked against their commitments
  std::vector<format::PartClass> erased;  // committed to, but gone: the part or its key
};

struct OpenedSeals {
  Position position;
  format::EntryOutline entry;
  StreamRecord stream;
  std::vector<format::OpenPart> parts;    // those whose key and bytes are there
  std::vector<format::PartClass> erased;  // wanted, but gone: the part or its key
};

class Opener final {
 public:
  Opener(const storage::Reads& reads, const SealedIndex& index, Vault& vault,
         const Hash& origin_hash)
      : reads_(reads), index_(index), vault_(vault), origin_hash_(origin_hash) {}

  // Errors: not_found (no such position), corrupt (bytes, seal or commitment), io.
  Result<OpenedEntry> open(Position position, const Opening& opening = {}) const;
  Result<OpenedEntry> open(Position position, ByteView entry,
                           std::span<const storage::PartView> parts,
                           const Opening& opening = {}) const;
  // For folds over the whole log, which know each entry's stream: checks the seal of each part,
  // which binds it to this log, event and class, but neither its commitment nor the entry's form.
  // The door checked all of it, and `verify --level 5` does again.
  Result<OpenedSeals> open_seals(Position position, ByteView entry,
                                 std::span<const storage::PartView> parts,
                                 const StreamRecord& stream, const Opening& opening = {}) const;
  // What open() gives of the same: checks the entry's form, and each part against its commitment.
  static Result<OpenedEntry> checked(ByteView entry, OpenedSeals seals);
  // What is remembered of streams: whose a stream is may have been erased.
  void forget_streams() const;

 private:
  Result<std::optional<StreamRecord>> stream_record(const StreamId& stream) const;
  Result<void> open_parts(std::span<const storage::PartView> sealed, const Opening& opening,
                          OpenedEntry& to) const;
  Result<std::optional<DomainId>> domain_of(format::StreamKind kind, const EventId& event,
                                            const std::optional<StreamRecord>& stream) const;
  // Null: its key, or the part itself, is gone.
  struct Sealed {
    Position position;
    const EventId& event;
    const std::optional<DomainId>& domain;
    std::span<const storage::PartView> parts;
  };
  Result<std::optional<format::OpenPart>> open_part(const Sealed& sealed,
                                                    format::PartClass part_class,
                                                    PartWatch* watch) const;

  const storage::Reads& reads_;
  const SealedIndex& index_;
  Vault& vault_;
  const Hash origin_hash_;

  static constexpr std::size_t kStreamsKept = 65'536;
  mutable std::mutex mutex_;
  mutable std::unordered_map<StreamId, StreamRecord, IdHash> streams_;  // Guarded; a cache.
};

}  // namespace stafett::log
