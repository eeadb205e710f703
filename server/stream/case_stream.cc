#include "server/stream/case_stream.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/json.hpp>

#include "server/http/awaitable.h"

namespace stafett::server {

namespace asio = boost::asio;

CaseStream::CaseStream(ServedLog& log, CaseStreamRequest request)
    : log_(log), request_(std::move(request)), sent_(request_.after) {}

CaseStream::~CaseStream() {
  if (waiter_) log_.heads.remove(waiter_);
}

Result<Admission> CaseStream::admit() {
  return log_.reads.admit(request_.case_id, request_.person, request_.purpose);
}

void CaseStream::begin(const asio::any_io_executor& own, const asio::any_io_executor& pool) {
  pool_ = pool;
  waiter_ = std::make_shared<asio::steady_timer>(own);
  log_.heads.add(waiter_);
}

void CaseStream::stop() {
  is_stopped_ = true;
  if (waiter_) waiter_->cancel();
}

// Before each piece it is looked once whether the token and the access still hold: what has been
// made ready for a slow client is thrown away when they do not. Once: a busy log grows meanwhile.
asio::awaitable<std::string> CaseStream::next() {
  if (is_first_ && request_.form == StreamForm::server_sent_events) {
    is_first_ = false;
    co_return "retry: 3000\n\n";
  }
  bool looked = false;
  while (!is_ending_ && !is_stopped_) {
    const std::chrono::microseconds left{request_.person.expires_at.value() -
                                         log_.log.clock().now().value()};
    if (left.count() <= 0) {
      end("token-expired", {});
      break;
    }
    if (!looked && log_.log.head().size > looked_at_) {
      co_await asio::co_spawn(pool_, look_there(), asio::use_awaitable);
      looked = true;
      continue;
    }
    if (!ready_.empty()) break;
    if (!request_.follow) co_return std::string{};
    looked = false;
    if (log_.log.head().size > looked_at_) continue;
    const bool until_heartbeat = left >= kHeartbeat;
    waiter_->expires_after(until_heartbeat ? std::chrono::microseconds{kHeartbeat} : left);
    const auto [error] = co_await waiter_->async_wait(kTuple);
    if (!error && until_heartbeat)  // the time has passed, and nothing came
      co_return request_.form == StreamForm::server_sent_events ? ": heartbeat\n\n" : "\n";
  }
  if (is_stopped_ && !is_ending_) co_return std::string{};
  co_return take_piece();
}

asio::awaitable<void> CaseStream::look_there() {
  try {
    if (const Result<void> looked = look(); !looked) end("failed", {});
  } catch (const std::exception&) {  // of a library, or no memory
    end("failed", {});
  }
  co_return;
}

// Other cases' events are no reason to look at this one.
Result<bool> CaseStream::has_grown(TreeSize size) const {
  if (!has_looked_) return true;
  ENGINE_TRY(record, log_.gate.source().subject(request_.case_id));
  if (!record) return false;
  for (const StreamId& stream : record->streams) {
    if (stream.is_zero()) continue;  // not begun
    ENGINE_TRY(head, log_.log.store().stream_head(stream));
    if (head && head->position.value() >= looked_at_.value() &&
        head->position.value() < size.value())
      return true;
  }
  return false;
}

Result<void> CaseStream::look() {
  const TreeSize size = log_.log.head().size;
  ENGINE_TRY(grown, has_grown(size));
  if (grown) {
    ENGINE_TRY(admission, admit());
    if (admission.refusal) {
      end("access-ended", {{"rule", admission.refusal->code}});
      return {};
    }
    bti::Axes axes;
    axes.known.size = size;
    axes.as_of = log_.log.clock().now();
    const bti::ViewerReader reader{log_.log, log_.gate};
    ENGINE_TRY(history, reader.history(request_.case_id, request_.person.person, axes));
    ready_.clear();
    for (const boost::json::value& event : history) give(event.as_object());
    tell_caught_up(size);
  }
  looked_at_ = size;
  has_looked_ = true;
  return {};
}

void CaseStream::tell_caught_up(TreeSize size) {
  if (is_marker_sent_ || request_.form != StreamForm::server_sent_events) return;
  boost::json::object where{{"size", size.value()}};
  if (const auto shown = log_.tree.checkpoint()) where["checkpoint"] = shown->note;
  tell("caughtup", where);
  ready_.back().is_marker = true;
}

void CaseStream::give(const boost::json::object& event) {
  const boost::json::value* place = event.if_contains("position");
  if (!place || !place->is_number()) return;  // de-identified: a consumer's feed has those
  const Position position{place->to_number<std::uint64_t>()};
  if (sent_ && position <= *sent_) return;
  if (request_.form == StreamForm::json_lines) {
    ready_.push_back({boost::json::serialize(event) + "\n", position});
    return;
  }
  const std::string_view type = event.at("type").as_string();
  const boost::json::object cloud_event{{"specversion", "1.0"},
                                        {"id", event.at("id")},
                                        {"source", log_.log.origin()},
                                        {"type", fmt::format("no.stafett.{}.v1", type)},
                                        {"subject", event.at("case")},
                                        {"time", event.at("occurredAt")},
                                        {"sequence", fmt::format("{:020}", position.value())},
                                        {"datacontenttype", "application/json"},
                                        {"data", event}};
  ready_.push_back(
      {fmt::format("id: {}\ndata: {}\n\n", position.value(), boost::json::serialize(cloud_event)),
       position});
}

void CaseStream::tell(const char* what, const boost::json::object& data) {
  const std::string text = boost::json::serialize(data);
  ready_.push_back({request_.form == StreamForm::server_sent_events
                        ? fmt::format("event: {}\ndata: {}\n\n", what, text)
                        : fmt::format("{{\"{}\":{}}}\n", what, text),
                    std::nullopt});
}

void CaseStream::end(const char* why, const boost::json::object& data) {
  ready_.clear();
  tell(why, data);
  is_ending_ = true;
}

std::string CaseStream::take_piece() {
  std::string piece;
  while (!ready_.empty() &&
         (piece.empty() || piece.size() + ready_.front().text.size() <= kPieceBytes)) {
    const Ready& one = ready_.front();
    piece += one.text;
    if (one.position) sent_ = one.position;
    is_marker_sent_ = is_marker_sent_ || one.is_marker;
    ready_.pop_front();
  }
  return piece;
}

}  // namespace stafett::server
