#pragma once
// Handshakes: how many are in progress, and what came of those that were.
//
// Threads: any.

#include <atomic>
#include <cstdint>

namespace stafett::server {

struct HandshakeCounts {
  std::uint64_t done = 0, failed = 0;
  std::uint64_t refused = 0;  // as there were too many at once
};

class Handshakes final {
 public:
  enum class Outcome { done, failed };

  // False: as many as that are in progress, and this one is not to begin.
  bool begin(std::size_t at_once_max) {
    if (in_progress_.fetch_add(1) < at_once_max) return true;
    in_progress_.fetch_sub(1);
    refused_.fetch_add(1);
    return false;
  }
  void end(Outcome outcome) {
    in_progress_.fetch_sub(1);
    (outcome == Outcome::done ? done_ : failed_).fetch_add(1);
  }
  HandshakeCounts counts() const { return {done_.load(), failed_.load(), refused_.load()}; }

 private:
  std::atomic<std::size_t> in_progress_{0};
  std::atomic<std::uint64_t> done_{0}, failed_{0}, refused_{0};
};

}  // namespace stafett::server
