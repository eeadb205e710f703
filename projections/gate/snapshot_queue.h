#pragma once
// SnapshotQueue: rows of cases that left the table, until accepted events take them into their
// commit group. What does not fit is dropped: a snapshot is only a shortcut.
//
// Threads: any.
// Limits:  kWaitingBytesMax waiting, and a row more; an event takes kRowsPerEventMax rows.

#include <deque>
#include <mutex>
#include <vector>

#include "engine/storage/sealed_batch.h"

namespace stafett::bti {

class SnapshotQueue final {
 public:
  static constexpr std::size_t kWaitingBytesMax = std::size_t{8} << 20;
  static constexpr std::size_t kRowsPerEventMax = 2;

  // Asked before a row is made, so that none is made for nothing while no event comes.
  bool has_room() const;
  void push(storage::IndexRow row);
  // Forgets the row of this key.
  void drop(ByteView key);
  // Moves the rows that have waited longest to the end of `rows`.
  void take(std::vector<storage::IndexRow>& rows);

 private:
  mutable std::mutex mutex_;
  std::deque<storage::IndexRow> waiting_;  // Guarded by mutex_.
  std::size_t bytes_ = 0;                  // Guarded by mutex_.
};

}  // namespace stafett::bti
