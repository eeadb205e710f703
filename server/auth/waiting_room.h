#pragma once
// WaitingRoom: how many threads of the server's pool may wait for issuers at once, so that issuers
// that are away do not stop those who need none.
//
// Threads:  any.

#include <atomic>
#include <cstddef>

namespace stafett::server {

class WaitingRoom final {
 public:
  static constexpr std::size_t kPlaces = 4;  // well below the threads that there are

  // Whether there was room; then leave() is called once.
  bool enter() {
    std::size_t taken = taken_.load();
    while (taken < kPlaces)
      if (taken_.compare_exchange_weak(taken, taken + 1)) return true;
    return false;
  }
  void leave() { --taken_; }

 private:
  std::atomic<std::size_t> taken_{0};
};

}  // namespace stafett::server
