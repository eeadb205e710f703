#pragma once
// Vault: the keys of erasure domains in use. New domains are made ahead, many in one sync, so that
// a key is always durable before the first group that is sealed under it.
//
// Threads:  any.
// Lifetime: `table` outlives the Vault.
// Limits:   at most kSpareMax spare domains of each kind; those unused at a stop stay in the table,
//           about 100 bytes each.

#include <deque>
#include <map>
#include <mutex>

#include "engine/log/keeping/key_table.h"

namespace stafett::log {

class Vault final {
 public:
  static constexpr std::size_t kSpareMax = 4096;

  Vault(KeyTable& table, Random& random) : table_(table), random_(random) {}

  // A domain that nothing was sealed under yet. Errors: those of KeyTable::append.
  Result<DomainId> acquire(DomainKind kind);
  // Gives back a domain whose event was refused.
  void release(DomainKind kind, const DomainId& id);
  // Makes sure of so many spare domains. Errors: those of KeyTable::append.
  Result<void> stock(DomainKind kind, std::size_t count);
  // Runs `change` while no domain is made. Keys are served meanwhile, and spare domains.
  Result<void> while_unchanged(const std::function<Result<void>(KeyTable&)>& change);

  // The caller wipes `out`. Errors: not_found (erased or never made), corrupt, io.
  Result<void> key(const DomainId& id, std::span<std::uint8_t, crypto::kKeyBytes> out) {
    return table_.unwrap(id, out);
  }
  // The key of its parts of one class. The same errors.
  Result<void> part_key(const DomainId& id, format::PartClass part_class,
                        std::span<std::uint8_t, crypto::kKeyBytes> out) {
    return table_.part_key(id, part_class, out);
  }
  bool contains(const DomainId& id) const { return table_.contains(id); }

 private:
  // REQUIRES: mutex_ is held.
  Result<void> make(DomainKind kind, std::size_t count);

  KeyTable& table_;
  Random& random_;
  std::mutex table_mutex_;  // who holds it alone writes the table; taken after mutex_
  std::mutex mutex_;
  std::map<DomainKind, std::deque<DomainId>> spare_;  // Guarded by mutex_.
  std::map<DomainKind, std::size_t> next_batch_;      // Guarded: doubles as a log grows.
};

}  // namespace stafett::log
