#pragma once
// Opener: stored entries back into content, for those who hold the keys.
//
// Threads:  any; one Opener may be shared. Keys of recently opened streams are kept in the vault.
// Lifetime: everything referred to outlives it.

#include <mutex>
#include <unordered_map>

#include "engine/format/entry.h"
#include "engine/format/part.h"
#include "engine/log/sealed_index.h"
#include "engine/log/vault.h"

namespace stafett::log {

struct OpenedEntry {
  Position position;
  format::Entry entry;
  Hash leaf_hash;
  std::optional<StreamRecord> stream;     // none for the engine stream
  std::vector<format::OpenPart> parts;    // opened and checked against their commitments
  std::vector<format::PartClass> erased;  // committed to, but gone: the part or its key
};

class Opener final {
 public:
  Opener(const storage::Reads& reads, const SealedIndex& index, Vault& vault,
         const Hash& origin_hash)
      : reads_(reads), index_(index), vault_(vault), origin_hash_(origin_hash) {}

  // Errors: not_found (no such position), corrupt (bytes, seal or commitment), io.
  Result<OpenedEntry> open(Position position) const;
  Result<OpenedEntry> open(Position position, ByteView entry,
                           std::span<const storage::PartView> parts) const;
  // For folds over the whole log, which know each entry's stream: checks the seal of each part,
  // which binds it to this log, event and class, but neither its commitment nor the entry's form,
  // and leaves the leaf hash zero. The door checked all of it, and `verify --level 5` does again.
  Result<OpenedEntry> open_seals(Position position, ByteView entry,
                                 std::span<const storage::PartView> parts,
                                 const StreamRecord& stream) const;

 private:
  Result<std::optional<StreamRecord>> stream_record(const StreamId& stream) const;
  enum class Check { commitments, seals };
  Result<void> open_parts(std::span<const storage::PartView> sealed, Check check,
                          OpenedEntry& to) const;
  Result<std::optional<DomainId>> domain_of(const OpenedEntry& entry) const;

  const storage::Reads& reads_;
  const SealedIndex& index_;
  Vault& vault_;
  const Hash origin_hash_;

  static constexpr std::size_t kStreamsKept = 65'536;
  mutable std::mutex mutex_;
  mutable std::unordered_map<StreamId, StreamRecord, IdHash> streams_;  // Guarded; a cache.
};

}  // namespace stafett::log
