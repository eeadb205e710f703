#include "server/stream/event_stream.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/json.hpp>

#include "server/http/awaitable.h"
#include "server/stream/cloud_event.h"

namespace stafett::server {

namespace asio = boost::asio;

EventStream::EventStream(ServedLog& log, EventStreamRequest request)
    : log_(log), request_(std::move(request)), feed_(log, request_.feed), shown_(log) {
  if (!request_.follow) until_ = log.log.size();
}

EventStream::~EventStream() {
  if (waiter_) log_.heads.remove(waiter_, request_.feed.case_id);
}

void EventStream::begin(const asio::any_io_executor& own, const asio::any_io_executor& pool) {
  pool_ = pool;
  waiter_ = std::make_shared<asio::steady_timer>(own);
  log_.heads.add(waiter_, request_.feed.case_id);
}

void EventStream::stop() {
  is_stopped_ = true;
  if (waiter_) waiter_->cancel();
}

// Of a case, once all before has been looked at: what is recorded of it.
bool EventStream::has_more() const {
  const bool of_case_only = is_caught_up_ && request_.follow && request_.feed.case_id;
  const TreeSize there = of_case_only ? log_.heads.latest(*request_.feed.case_id) : log_.log.size();
  return !has_looked_ || feed_.looked_at() < std::min(there, until_);
}

asio::awaitable<std::string> EventStream::next() {
  if (is_first_ && is_sse()) {
    is_first_ = false;
    co_return "retry: 3000\n\n";
  }
  while (!is_ending_ && !is_stopped_) {
    const auto& is_over = request_.feed.reader.is_over;
    if (is_over && *is_over) {
      tell_end({"token-expired", {}, {}});
      co_return std::exchange(piece_, {});
    }
    if (has_more()) {
      co_await asio::co_spawn(pool_, look_there(), asio::use_awaitable);
    } else if (!request_.follow) {
      break;
    } else {
      piece_ = co_await wait_for_more();
    }
    if (!piece_.empty()) co_return std::exchange(piece_, {});
  }
  co_return std::string{};
}

// Until the log has grown (empty), or a heartbeat is due.
asio::awaitable<std::string> EventStream::wait_for_more() {
  const std::chrono::microseconds left{request_.feed.reader.expires_at.value() -
                                       log_.log.clock().now().value()};
  if (left.count() <= 0) {
    tell_end({"token-expired", {}, {}});
    co_return std::exchange(piece_, {});
  }
  const bool until_heartbeat = left >= kHeartbeat;
  waiter_->expires_after(until_heartbeat ? std::chrono::microseconds{kHeartbeat} : left);
  const auto [error] = co_await waiter_->async_wait(kTuple);
  if (error || !until_heartbeat) co_return std::string{};
  co_return is_sse() ? ": heartbeat\n\n" : "\n";
}

asio::awaitable<void> EventStream::look_there() {
  look_safely();
  co_return;
}

void EventStream::look_safely() {
  try {
    if (const Result<void> looked = look(); !looked) tell_end({"failed", {}, {}});
  } catch (const std::exception&) {  // of a library, or no memory
    tell_end({"failed", {}, {}});
  }
}

Result<void> EventStream::look() {
  has_looked_ = true;
  std::size_t most = kEventsAPiece;
  if (request_.limit) most = std::min<std::uint64_t>(most, *request_.limit - count_);
  const TreeSize head = log_.log.size();
  ENGINE_TRY(step, feed_.step(most, until_));
  is_caught_up_ = is_caught_up_ || feed_.looked_at() >= head;
  for (const FeedEvent& event : step.events) {
    ENGINE_TRY(json, shown_.json(event));
    if (json) give(event, *json);
  }
  for (const FeedEnd& end : step.ended_cases) tell_end(end);
  if (step.end) {
    tell_end(*step.end);
  } else if (request_.limit && count_ == *request_.limit) {
    is_ending_ = true;
  } else if (!has_more()) {
    tell_caught_up();
    shown_.forget();  // whoever waits holds nothing
  }
  return {};
}

void EventStream::tell_caught_up() {
  if (is_marker_sent_ || !is_sse()) return;
  is_marker_sent_ = true;
  boost::json::object where{{"size", feed_.looked_at().value()}};
  if (const auto shown = log_.tree.checkpoint()) where["checkpoint"] = shown->note;
  tell("caughtup", where);
}

void EventStream::give(const FeedEvent& event, const boost::json::object& json) {
  ++count_;
  if (!is_sse()) {
    piece_ += boost::json::serialize(json) + "\n";
    return;
  }
  const boost::json::object whole = cloud_event(json, event.position, log_.log.origin());
  piece_ +=
      fmt::format("id: {}\ndata: {}\n\n", event.position.value(), boost::json::serialize(whole));
}

void EventStream::tell(const char* what, const boost::json::object& data) {
  const std::string text = boost::json::serialize(data);
  piece_ += is_sse() ? fmt::format("event: {}\ndata: {}\n\n", what, text)
                     : fmt::format("{{\"{}\":{}}}\n", what, text);
}

void EventStream::tell_end(const FeedEnd& end) {
  boost::json::object data;
  if (!end.rule.empty()) data["rule"] = end.rule;
  if (end.case_id)
    data["case"] = log_.gate.labels().label_of(log::LabelSpace::subject, end.case_id->array());
  else
    is_ending_ = true;
  tell(end.why.c_str(), data);
}

}  // namespace stafett::server
