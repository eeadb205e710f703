#include "projections/gate/snapshot_queue.h"

#include <algorithm>

namespace stafett::bti {

bool SnapshotQueue::has_room() const {
  const std::lock_guard lock{mutex_};
  return bytes_ < kWaitingBytesMax;
}

void SnapshotQueue::push(storage::IndexRow row) {
  const std::lock_guard lock{mutex_};
  if (bytes_ >= kWaitingBytesMax) return;
  bytes_ += row.value.size();
  waiting_.push_back(std::move(row));
}

void SnapshotQueue::drop(ByteView key) {
  const std::lock_guard lock{mutex_};
  std::erase_if(waiting_, [&](const storage::IndexRow& row) {
    const bool is_it = std::ranges::equal(row.key, key);
    if (is_it) bytes_ -= row.value.size();
    return is_it;
  });
}

void SnapshotQueue::take(std::vector<storage::IndexRow>& rows) {
  const std::lock_guard lock{mutex_};
  for (std::size_t i = 0; i < kRowsPerEventMax && !waiting_.empty(); ++i) {
    bytes_ -= waiting_.front().value.size();
    rows.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
}

}  // namespace stafett::bti
