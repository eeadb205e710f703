#include "server/logs/head_signal.h"

#include <boost/asio/post.hpp>

namespace stafett::server {
namespace {

constexpr std::chrono::milliseconds kLongestWait{1000};

}  // namespace

HeadSignal::HeadSignal(log::Log& log)
    : log_(log), thread_([this](const std::stop_token& stop) { run(stop); }) {}

void HeadSignal::add(const Waiter& waiter) {
  const std::lock_guard lock{mutex_};
  waiters_.insert(waiter);
}

void HeadSignal::remove(const Waiter& waiter) {
  const std::lock_guard lock{mutex_};
  waiters_.erase(waiter);
}

void HeadSignal::run(const std::stop_token& stop) {
  TreeSize seen = log_.head().size;
  while (!stop.stop_requested()) {
    log_.heads().wait_past(seen, kLongestWait, stop);
    const TreeSize now = log_.head().size;
    if (now == seen) continue;
    seen = now;
    const std::lock_guard lock{mutex_};
    for (const Waiter& one : waiters_)
      boost::asio::post(one->get_executor(), [one] { one->cancel(); });
  }
}

}  // namespace stafett::server
