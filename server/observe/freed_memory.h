#pragma once
// FreedMemory: gives what the process no longer needs back to the system. By default the allocator
// keeps pieces that were freed, and small ones among others that are in use: what a crowd had would
// stay with the process when it has gone.
//
// Source:   mallopt(3), malloc_trim(3).
// Threads:  owner only.

#include <cstddef>

namespace stafett::server {

class FreedMemory final {
 public:
  // Before much has been allocated: large pieces go back at once.
  static void keep_no_large_pieces();

  // Told every few seconds. Small pieces go back when many have gone, or some a while ago: that
  // takes milliseconds in which others may not allocate.
  void connections_are(std::size_t now);

 private:
  static constexpr std::size_t kMany = 64;
  static constexpr unsigned kWhile = 4;  // times that it was told of fewer
  std::size_t most_ = 0;                 // since they went back the last time
  unsigned fewer_ = 0;
};

}  // namespace stafett::server
