#pragma once
// FreedMemory: gives what the process no longer needs back to the system. By default the allocator
// keeps pieces that were freed, and small ones among others that are in use: what a crowd had would
// stay with the process when it has gone.
//
// Source:   mallopt(3), malloc_trim(3).
// Threads:  owner only.

#include <cstdint>

namespace stafett::server {

class FreedMemory final {
 public:
  // Before much has been allocated: large pieces go back at once.
  static void keep_no_large_pieces();

  // Connections, since the start; told every few seconds. A while after some have ended small
  // pieces go back: that takes milliseconds in which others may not allocate.
  void have_gone(std::uint64_t so_far);

 private:
  static constexpr unsigned kWhile = 4;  // times that it is told: what they had is freed by then
  std::uint64_t seen_ = 0;
  bool owes_ = false;
  unsigned told_since_ = 0;
};

}  // namespace stafett::server
