#pragma once
// OrderCheck: what holds between entries: stream chains, time, keys by position, who may record
// which engine event. Fed in position order: all entries, or those of some streams, where each
// stream's are there from its first on.
//
// Threads:  one at a time.
// Lifetime: everything referred to outlives it.
// Limits:   about 150 bytes per stream, twice that while stream heads are compared.

#include <unordered_map>

#include "engine/log/stream_heads.h"
#include "engine/log/verify/block_checker.h"
#include "engine/log/verify/signed_groups.h"

namespace stafett::log {

struct OrderPlace {
  const PublicRecord& record;
  Findings& findings;
  const storage::Reads* reads = nullptr;  // null: only some streams are fed
  TreeSize since{0};                      // continues after the entries below it; needs `reads`
  static constexpr std::size_t kNewestHeads = 64;
  std::size_t heads_max = kNewestHeads;  // of the newest StreamHeads so many are compared
};

class OrderCheck final {
 public:
  explicit OrderCheck(const OrderPlace& place);
  void add(const CheckedEntry& entry);
  // What is fed next are other streams' entries, which may lie before the last one.
  void start_over() { last_recorded_at_ = TimeUs{}; }
  // `refused`: as VerifyInput has it; empty: incomplete signed groups are only counted.
  void finish(const std::function<Result<std::vector<Hash>>()>& refused);

  // Where a stream ends as far as it was fed; next_version 0: nothing of it was.
  StreamEnd end_of(const StreamId& stream) const;

  const VerifyReport::Signatures& signatures() const { return signatures_; }
  std::uint64_t suspect() const { return suspect_; }
  std::uint64_t reattested() const { return reattested_; }
  std::uint64_t incomplete_groups() const { return groups_.incomplete(); }

 private:
  struct Chain {
    std::uint64_t next_version = 0;
    Hash head;
    format::StreamKind kind{};
  };
  void check_stream(const CheckedEntry& entry);
  void check_heads(TreeSize reached);
  void load_chain(const CheckedEntry& entry, Chain& chain) const;
  void check_key(const CheckedEntry& entry);
  bool key_counts(const CheckedEntry& entry);
  bool signature_holds(const CheckedEntry& entry) const;
  void apply_engine_event(const CheckedEntry& entry);

  const OrderPlace place_;
  Keyring keyring_;  // as of the entry at hand
  std::unordered_map<StreamId, Chain, IdHash> chains_;
  TimeUs last_recorded_at_;
  std::size_t next_heads_ = 0;  // of place_.record.heads, the first that is not compared
  bool streams_hold_ = true;    // no entry so far was missing or out of its stream's order
  SignedGroups groups_;
  VerifyReport::Signatures signatures_;
  std::uint64_t suspect_ = 0;
  std::uint64_t reattested_ = 0;  // suspect but for that
};

}  // namespace stafett::log
