#pragma once
// OrderCheck: what holds between entries: stream chains, time, keys by position, who may record
// which engine event. Fed in position order.
//
// Threads:  one at a time.
// Lifetime: everything referred to outlives it.
// Limits:   about 150 bytes per stream.

#include <unordered_map>

#include "engine/log/verify/block_checker.h"
#include "engine/log/verify/signed_groups.h"

namespace stafett::log {

class OrderCheck final {
 public:
  // Continues after the entries below `since`.
  explicit OrderCheck(const CheckPlace& place);
  void add(const CheckedEntry& entry);
  void finish();  // signed groups, at level 5

  const VerifyReport::Signatures& signatures() const { return signatures_; }
  std::uint64_t suspect() const { return suspect_; }
  std::uint64_t incomplete_groups() const { return groups_.incomplete(); }

 private:
  struct Chain {
    std::uint64_t next_version = 0;
    Hash head;
    format::StreamKind kind{};
  };
  void check_stream(const CheckedEntry& entry);
  void load_chain(const CheckedEntry& entry, Chain& chain) const;
  void check_key(const CheckedEntry& entry);
  bool key_counts(const CheckedEntry& entry);
  bool signature_holds(const CheckedEntry& entry) const;
  void apply_engine_event(const CheckedEntry& entry);

  const CheckPlace place_;
  Keyring keyring_;  // as of the entry at hand
  std::unordered_map<StreamId, Chain, IdHash> chains_;
  TimeUs last_recorded_at_;
  SignedGroups groups_;
  VerifyReport::Signatures signatures_;
  std::uint64_t suspect_ = 0;
};

}  // namespace stafett::log
