#include "server/groups/waiting_take.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/json.hpp>

#include "server/groups/next_take.h"
#include "server/http/awaitable.h"

namespace stafett::server {

namespace asio = boost::asio;

namespace {

// Nobody wakes whoever waits when a session ends.
constexpr std::int64_t kSessionLookUs = 15'000'000;

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
          {"head", log.log.size().value()}};
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

asio::awaitable<std::string> WaitingTake::next() {
  if (is_said_) co_return std::string{};
  const auto& is_over = request_.reader.is_over;
  while (batch_.deliveries.empty() && !failed_ && !is_stopped_) {
    if (is_over && *is_over) failed_ = Error{Errc::refused, "token-expired"};
    if (failed_) break;
    const TimeUs now = log_.log.clock().now();
    const TimeUs until = batch_.is_busy ? request_.busy_until : request_.until;
    const std::int64_t left = until.value() - now.value();
    if (left <= 0) break;
    const std::int64_t idle = idle_us(batch_, group_->changes(batch_), log_.log.size(), now);
    if (idle == 0)
      co_await asio::co_spawn(pool_, take_there(), asio::use_awaitable);
    else
      co_await wait(std::min(std::min(idle, left), kSessionLookUs));
  }
  is_said_ = true;
  boost::json::object body = to_json(batch_, *group_, log_);
  if (failed_) body["ended"] = failed_->code() == Errc::refused ? failed_->detail() : "failed";
  co_return boost::json::serialize(body) + "\n";
}

asio::awaitable<void> WaitingTake::wait(std::int64_t longest_us) {
  waiter_->expires_after(std::chrono::microseconds{std::max<std::int64_t>(1'000, longest_us)});
  const auto [error] = co_await waiter_->async_wait(kTuple);
  (void)error;  // woken or not, the loop looks
}

asio::awaitable<void> WaitingTake::take_there() {
  take_safely();
  co_return;
}

void WaitingTake::take_safely() {
  try {
    Result<TakenBatch> taken = group_->take(request_.reader, request_.member, request_.count_max);
    if (taken)
      batch_ = std::move(*taken);
    else
      failed_ = taken.error();
  } catch (const std::exception&) {  // of a library, or no memory
    failed_ = Error{Errc::io, "no take"};
  }
}

}  // namespace stafett::server
