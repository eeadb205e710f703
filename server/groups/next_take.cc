#include "server/groups/next_take.h"

#include <algorithm>

namespace stafett::server {

std::int64_t idle_us(const TakenBatch& batch, std::uint64_t changes, TreeSize head, TimeUs now) {
  if (changes != batch.change) return 0;
  if (batch.is_busy) return kLongestIdleUs;
  if (head > batch.looked_at && !batch.is_window_full) return 0;
  if (!batch.next_due) return kLongestIdleUs;
  return std::clamp<std::int64_t>(batch.next_due->value() - now.value(), 0, kLongestIdleUs);
}

}  // namespace stafett::server
