#pragma once
// SignedGroups: which events of the groups that actors signed together are recorded. What is
// neither recorded nor refused was withheld.
//
// Threads: one at a time.
// Limits:  kOpenMax groups of which some event is missing; past that, only that fact is told.

#include <unordered_map>

#include "engine/log/verify/block.h"
#include "engine/log/verify/findings.h"

namespace stafett::log {

class SignedGroups final {
 public:
  static constexpr std::size_t kOpenMax = 65'536;

  void add(const CheckedEntry& entry);  // REQUIRES: its signature holds
  std::uint64_t incomplete() const { return open_.size(); }

  // Every missing event must be one of the refused intents: known by its leaf hash from the paths
  // of its neighbours. Of several missing side by side only their common root is known: they must
  // be refused in a row. `refused` is in recorded order.
  void resolve(const storage::Reads& reads, std::span<const Hash> refused,
               Findings& findings) const;

 private:
  struct Group {
    Hash root;
    std::uint32_t count = 0;
    std::vector<std::pair<std::uint32_t, Position>> recorded;  // by index as they come
  };
  static void resolve_group(const storage::Reads& reads, const Group& group,
                            std::span<const Hash> refused, Findings& findings);

  std::unordered_map<crypto::Signature, Group, IdHash> open_;
  bool overflown_ = false;
};

}  // namespace stafett::log
