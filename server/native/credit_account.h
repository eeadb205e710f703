#pragma once
// CreditAccount: how much a subscription's client will still take. Something may be sent while
// both events and bytes are above zero; the last event may take the bytes below, or a large event
// could never be sent.
//
// Threads: one at a time.
// Limits:  kOutstandingMax of each: more is the client's mistake.

#include <cstdint>

#include "engine/base/result.h"
#include "server/native/frames.h"

namespace stafett::server::native {

class CreditAccount final {
 public:
  static constexpr std::uint64_t kOutstandingMax = std::uint64_t{1} << 40;

  // Errors: too_large (nothing was added).
  Result<void> grant(const Credit& credit) {
    if (credit.events > kOutstandingMax - events_ || credit.bytes > kOutstandingMax ||
        bytes_ > static_cast<std::int64_t>(kOutstandingMax - credit.bytes))
      return Error{Errc::too_large, "more credit than can be"};
    events_ += credit.events;
    bytes_ += static_cast<std::int64_t>(credit.bytes);
    return {};
  }
  bool may_send() const { return events_ > 0 && bytes_ > 0; }
  // REQUIRES: may_send().
  void spend(std::uint64_t frame_bytes) {
    --events_;
    bytes_ -= static_cast<std::int64_t>(frame_bytes);
  }
  std::uint64_t events() const { return events_; }
  std::uint64_t bytes() const { return bytes_ > 0 ? static_cast<std::uint64_t>(bytes_) : 0; }

 private:
  std::uint64_t events_ = 0;
  std::int64_t bytes_ = 0;
};

}  // namespace stafett::server::native
