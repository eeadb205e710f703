#include "server/observe/freed_memory.h"

#include <malloc.h>

#include <algorithm>

namespace stafett::server {

void FreedMemory::keep_no_large_pieces() {
  constexpr int kLargeBytes = 128 * 1024;
  mallopt(M_MMAP_THRESHOLD, kLargeBytes);
}

void FreedMemory::connections_are(std::size_t now) {
  most_ = std::max(most_, now);
  if (most_ - now < std::max(kMany, most_ / 2) && (now == most_ || ++fewer_ < kWhile)) return;
  malloc_trim(0);
  most_ = now;
  fewer_ = 0;
}

}  // namespace stafett::server
