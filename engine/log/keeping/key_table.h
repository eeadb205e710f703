#pragma once
// KeyTable: the keys of the erasure domains, each wrapped under the root key, in one file outside
// the database. A key that is not in the newest table, under the newest root key, is gone: that is
// what erasure is.
//
// Source:   docs/formats/key-table.md
// Threads:  append(), rewrapped() and rewrite() by one writer; everything else from any thread.
// Lifetime: `files`, `random` and `arena` outlive the KeyTable.
// Limits:   DomainIndex::kDomainsMax domains, at most 32 bytes of memory each; plain keys only in
//           the arena.

#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "engine/base/random.h"
#include "engine/crypto/key_arena.h"
#include "engine/format/part.h"
#include "engine/log/keeping/domain_index.h"
#include "engine/log/keeping/key_table_format.h"
#include "engine/log/keeping/root_key.h"
#include "engine/storage/files.h"

namespace stafett::log {

struct NewDomain {
  DomainId id;
  DomainKind kind;
};

struct KeyTablePlace {
  storage::Files& files;
  Random& random;
  crypto::KeyArena& arena;  // of this table alone
  std::string path;
  Hash origin;  // SHA-256 of the log's origin
};

// What a table says of itself. Errors: not_found, corrupt, unsupported, io.
Result<KeyTableHeader> read_key_table_header(storage::Files& files, const std::string& path);

class KeyTable final {
 public:
  static constexpr std::size_t kAppendMax = 65'536;  // domains in one append

  // An empty table. Errors: conflict (there is a file), io.
  static Result<std::unique_ptr<KeyTable>> create(const KeyTablePlace& place, const RootKey& root);
  // Reads the whole file once; unwraps nothing, writes nothing. Errors: not_found, corrupt (detail
  // names the record), unsupported, conflict (another log's, or under another root key), io.
  static Result<std::unique_ptr<KeyTable>> open(const KeyTablePlace& place, const RootKey& root);

  // Draws a key for each domain; durable when it returns ok, and only then may a key be used. When
  // it fails, the table takes no more until reopened. The first append after a torn end was found
  // writes the table anew without it.
  // Errors: conflict (a domain has a key, or is named twice), too_large, read_only, io.
  Result<void> append(std::span<const NewDomain> domains);

  // The caller wipes `out`. Errors: not_found (no such domain: never made, or erased), corrupt (the
  // record, or its seal), io.
  Result<void> unwrap(const DomainId& id, std::span<std::uint8_t, crypto::kKeyBytes> out);
  // The key of the domain's parts of one class. The same errors.
  Result<void> part_key(const DomainId& id, format::PartClass part_class,
                        std::span<std::uint8_t, crypto::kKeyBytes> out);

  using Survives = std::function<bool(const DomainId&, DomainKind)>;
  // The bytes of a whole new table of the survivors under `new_root`, for the backup places.
  // Errors: as unwrap.
  Result<Bytes> rewrapped(const Survives& survives, const RootKey& new_root);
  // Puts it in place of this table and goes on with it; forgets every plain key. On io it is known
  // only after reopening which table is there; this object goes on reading the old one.
  Result<void> rewrite(const Survives& survives, const RootKey& new_root);
  // The same with a table that `put_in_place` brings to the path. What it fails with comes back.
  Result<void> take_over(const RootKey& new_root,
                         const std::function<Result<void>()>& put_in_place);

  bool contains(const DomainId& id) const;
  std::size_t size() const;
  // In the order of the file. `visit` calls nothing of this table.
  void for_each(const std::function<void(const DomainId&, DomainKind)>& visit) const;
  bool torn() const;  // the end is torn, by a power cut or by damage; what is whole there is kept
  std::size_t memory_bytes() const;  // of the index

 private:
  using WrappingKey = crypto::SecretBytes<crypto::kKeyBytes>;
  // What changes at once when a new table takes the old one's place.
  struct Loaded {
    KeyTableHeader header;
    std::shared_ptr<const WrappingKey> wrapping_key;
    std::shared_ptr<const storage::ReadFile> file;
    DomainIndex index;                     // its record numbers count whole records only
    std::vector<std::uint32_t> bad_slots;  // of a torn last append, ascending
    bool torn = false;
  };
  struct Found {
    KeyRecord record;
    std::shared_ptr<const WrappingKey> wrapping_key;
    std::uint64_t generation;
  };

  KeyTable(const KeyTablePlace& place, Loaded loaded);
  static Result<Loaded> load(const KeyTablePlace& place, const RootKey& root);
  static Result<void> load_records(Loaded& loaded);
  Result<Found> find(const DomainId& id) const;
  Result<void> check_new(std::span<const NewDomain> domains) const;
  Result<void> repair();
  Result<void> write(ByteView records);

  const KeyTablePlace place_;
  std::unique_ptr<storage::AppendFile> append_file_;  // Writer only.
  bool failed_ = false;                               // Writer only.

  mutable std::mutex mutex_;
  Loaded loaded_;                 // Guarded by mutex_.
  std::uint64_t generation_ = 0;  // Guarded by mutex_; counts rewrites.
};

}  // namespace stafett::log
