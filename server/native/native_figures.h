#pragma once
// NativeFigures: what a server of the native stream has at the moment, and has done since its
// start; of all its clients together.
//
// Threads: NativeCounts: any.

#include <atomic>
#include <cstdint>

namespace stafett::server::native {

struct NativeFigures {
  std::uint64_t connections = 0, subscriptions = 0;
  std::uint64_t events_sent = 0, fell_behind = 0, sign_ins_refused = 0;
};

struct NativeCounts {
  std::atomic<std::uint64_t> subscriptions = 0;  // that there are
  std::atomic<std::uint64_t> events_sent = 0, fell_behind = 0, sign_ins_refused = 0;
};

}  // namespace stafett::server::native
