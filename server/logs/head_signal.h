#pragma once
// HeadSignal: wakes those on the server's threads who wait for a log to grow.
//
// Threads:  any. One of its own waits for the log.
// Lifetime: the log outlives it.

#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <mutex>
#include <set>
#include <thread>

#include "engine/log/log.h"

namespace stafett::server {

// One who waits: cancelling the timer, on the timer's executor, wakes him.
using Waiter = std::shared_ptr<boost::asio::steady_timer>;

class HeadSignal final {
 public:
  explicit HeadSignal(log::Log& log);

  // From here on, until removed. Whoever looks at the head on the timer's executor and then waits
  // there misses nothing.
  void add(const Waiter& waiter);
  void remove(const Waiter& waiter);

 private:
  void run(const std::stop_token& stop);

  log::Log& log_;
  std::mutex mutex_;
  std::set<Waiter> waiters_;  // Guarded by mutex_.
  std::jthread thread_;       // last: it uses what is above
};

}  // namespace stafett::server
