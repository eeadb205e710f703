#include "server/observe/freed_memory.h"

#include <malloc.h>

namespace stafett::server {

void FreedMemory::keep_no_large_pieces() {
  constexpr int kLargeBytes = 128 * 1024;
  mallopt(M_MMAP_THRESHOLD, kLargeBytes);
}

// Counted, not looked at: a crowd may come and go between two times.
void FreedMemory::have_gone(std::uint64_t so_far) {
  const bool is_time = owes_ && ++told_since_ >= kWhile;
  if (is_time) malloc_trim(0);
  owes_ = owes_ && !is_time;
  if (so_far != seen_ && !owes_) {
    owes_ = true;
    told_since_ = 0;
  }
  seen_ = so_far;
}

}  // namespace stafett::server
