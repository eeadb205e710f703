#pragma once
// Visits: calls that other threads than the server's own have yet to make, or are in. A stop waits
// for them, as they use what it takes away.
//
// Threads:  any.
// Lifetime: shared by whoever visits.

#include <condition_variable>
#include <mutex>

namespace stafett::server::native {

class Visits final {
 public:
  void begin() {
    const std::lock_guard lock{mutex_};
    ++count_;
  }
  void end() {
    const std::lock_guard lock{mutex_};
    --count_;
    none_.notify_all();
  }
  void wait_until_none() {
    std::unique_lock lock{mutex_};
    none_.wait(lock, [this] { return count_ == 0; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable none_;
  std::size_t count_ = 0;  // Guarded by mutex_.
};

}  // namespace stafett::server::native
