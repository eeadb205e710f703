#pragma once
// HeadWatch: tells those who follow the log that its durable size has grown. The sequencer only
// notes the size and wakes; what a follower then does costs it nothing.
//
// Threads: any; moved() the sequencer's.

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>

#include "engine/base/ids.h"

namespace stafett::log {

class HeadWatch final {
 public:
  void moved(TreeSize size) {
    {
      const std::lock_guard lock{mutex_};
      size_ = size;
    }
    wakes_.notify_all();
  }

  // Until a size above `seen` has been told of, `longest` has passed or a stop is asked for; the
  // caller then looks for itself.
  void wait_past(TreeSize seen, std::chrono::milliseconds longest, const std::stop_token& stop) {
    std::unique_lock lock{mutex_};
    (void)wakes_.wait_for(lock, stop, longest, [&] { return size_ > seen; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable_any wakes_;
  TreeSize size_{};  // Guarded by mutex_.
};

}  // namespace stafett::log
