#include "server/groups/waiting_take.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/json.hpp>

#include "server/http/awaitable.h"

namespace stafett::server {

namespace asio = boost::asio;

namespace {

constexpr std::int64_t kBusyUs = 50'000;  // then again

}  // namespace

boost::json::object to_json(const TakenBatch& batch, const Group& group, const ServedLog& log) {
  boost::json::array deliveries;
  for (const Delivery& one : batch.deliveries)
    deliveries.push_back({{"delivery", one.id},
                          {"position", one.position.value()},
                          {"attempt", one.attempt},
                          {"event", one.event}});
  return {{"deliveries", std::move(deliveries)},
          {"lowWater", group.figures().low_water.value()},
          {"head", log.log.head().size.value()}};
}

WaitingTake::~WaitingTake() {
  if (!waiter_) return;
  log_.heads.remove(waiter_);
  group_->remove(waiter_);
}

void WaitingTake::begin(const asio::any_io_executor& own, const asio::any_io_executor& pool) {
  pool_ = pool;
  waiter_ = std::make_shared<asio::steady_timer>(own);
  log_.heads.add(waiter_);
  group_->add(waiter_);
}

void WaitingTake::stop() {
  is_stopped_ = true;
  if (waiter_) waiter_->cancel();
}

bool WaitingTake::may_have_more() const {
  return batch_.has_more || group_->changes() != batch_.change ||
         looked_at_ < log_.log.head().size ||
         (batch_.next_due && *batch_.next_due <= log_.log.clock().now());
}

asio::awaitable<std::string> WaitingTake::next() {
  if (is_said_) co_return std::string{};
  while (batch_.deliveries.empty() && !failed_ && !is_stopped_ &&
         log_.log.clock().now() < request_.until) {
    if (may_have_more() && !batch_.is_window_full)
      co_await asio::co_spawn(pool_, take_there(), asio::use_awaitable);
    else
      co_await wait();
  }
  is_said_ = true;
  boost::json::object body = to_json(batch_, *group_, log_);
  if (failed_) body["ended"] = failed_->code() == Errc::refused ? failed_->detail() : "failed";
  co_return boost::json::serialize(body) + "\n";
}

asio::awaitable<void> WaitingTake::wait() {
  const TimeUs now = log_.log.clock().now();
  TimeUs until = request_.until;
  if (batch_.next_due) until = std::min(until, *batch_.next_due);
  waiter_->expires_after(
      std::chrono::microseconds{std::max<std::int64_t>(1'000, until.value() - now.value())});
  const auto [error] = co_await waiter_->async_wait(kTuple);
  (void)error;  // woken or not, the loop looks
}

TakenBatch WaitingTake::nothing_for(std::int64_t us) const {
  TakenBatch nothing;
  nothing.change = group_->changes();
  nothing.next_due = TimeUs{log_.log.clock().now().value() + us};
  return nothing;
}

asio::awaitable<void> WaitingTake::take_there() {
  take_safely();
  co_return;
}

void WaitingTake::take_safely() {
  looked_at_ = log_.log.head().size;
  try {
    Result<TakenBatch> taken = group_->take(request_.reader, request_.member, request_.count_max);
    if (taken)
      batch_ = std::move(*taken);
    else if (taken.error().code() == Errc::too_large)
      batch_ = nothing_for(kBusyUs);
    else
      failed_ = taken.error();
  } catch (const std::exception&) {  // of a library, or no memory
    failed_ = Error{Errc::io, "no take"};
  }
}

}  // namespace stafett::server
