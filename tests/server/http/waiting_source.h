#pragma once
// A body of one piece, and then nothing more until it is stopped. It tells when it was stopped, or
// let go of without that: so does a server whose write finds the client gone.

#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <future>
#include <optional>

#include "server/http/awaitable.h"
#include "server/http/body_source.h"

namespace stafett::server::testing {

class WaitingSource final : public BodySource {
 public:
  explicit WaitingSource(std::promise<void>& stopped) : stopped_(stopped) {}
  ~WaitingSource() override {
    if (!is_stopped_) stopped_.set_value();
  }
  void begin(const boost::asio::any_io_executor& own,
             const boost::asio::any_io_executor&) override {
    timer_.emplace(own, boost::asio::steady_timer::time_point::max());
  }
  boost::asio::awaitable<std::string> next() override {
    if (std::exchange(is_first_, false)) co_return std::string{"first"};
    while (!is_stopped_) (void)co_await timer_->async_wait(kTuple);
    co_return std::string{};
  }
  void stop() override {
    if (!std::exchange(is_stopped_, true)) stopped_.set_value();
    timer_->cancel();
  }

 private:
  std::promise<void>& stopped_;
  std::optional<boost::asio::steady_timer> timer_;
  bool is_first_ = true, is_stopped_ = false;
};

// Whether a source has been stopped, long before anything else would stop it.
inline bool is_soon(std::promise<void>& stopped) {
  constexpr std::chrono::seconds kLong{20};
  return stopped.get_future().wait_for(kLong) == std::future_status::ready;
}

}  // namespace stafett::server::testing
