#pragma once
// EventStream: a feed as the body of an HTTP answer, and on as the log grows.
//
// Source:   WHATWG HTML, server-sent events; CloudEvents 1.0.2 with the sequence extension.
// Threads:  as BodySource.
// Lifetime: the log outlives it.
// Limits:   what one step of the feed has given, kEventsAPiece at most.
//
// Each piece is decided when it is asked for, so that nothing waits here for a slow client: a
// consent that is withdrawn ends the stream before the next event, which is told, and the attempt
// is in the case's access list. A stream also ends with its token.

#include <functional>
#include <optional>
#include <string>

#include "server/http/body_source.h"
#include "server/logs/log_set.h"
#include "server/stream/shown_events.h"

namespace stafett::server {

enum class StreamForm { server_sent_events, json_lines };

struct EventStreamRequest {
  FeedRequest feed;
  StreamForm form = StreamForm::server_sent_events;
  bool follow = false;
  std::optional<std::uint64_t> limit{};  // of events; none: no limit
  StreamLease lease{};                   // held as long as the stream is there
};

class EventStream final : public BodySource {
 public:
  static constexpr std::size_t kEventsAPiece = 128;
  static constexpr std::chrono::seconds kHeartbeat{15};

  EventStream(ServedLog& log, EventStreamRequest request);
  ~EventStream() override;

  // Before the answer begins: whether the read is allowed. As Feed::admit().
  Result<std::optional<log::Refusal>> admit() { return feed_.admit(); }

  void begin(const boost::asio::any_io_executor& own,
             const boost::asio::any_io_executor& pool) override;
  boost::asio::awaitable<std::string> next() override;
  void stop() override;

 private:
  bool is_sse() const { return request_.form == StreamForm::server_sent_events; }
  bool has_more() const;
  boost::asio::awaitable<std::string> wait_for_more();
  boost::asio::awaitable<void> look_there();
  void look_safely();
  Result<void> look();
  void give(const FeedEvent& event, const boost::json::object& json);
  void tell_caught_up();
  void tell(const char* what, const boost::json::object& data);
  void tell_end(const FeedEnd& end);

  ServedLog& log_;
  const EventStreamRequest request_;
  Feed feed_;
  ShownEvents shown_;
  TreeSize until_{UINT64_MAX};  // of a stream that does not follow: the log's size when it began
  boost::asio::any_io_executor pool_;
  Waiter waiter_;
  std::string piece_;  // made by a look, sent at once
  std::uint64_t count_ = 0;
  bool is_first_ = true;
  bool has_looked_ = false;
  bool is_caught_up_ = false;  // all that there was at some look has been looked at
  bool is_marker_sent_ = false;
  bool is_ending_ = false;
  bool is_stopped_ = false;
};

}  // namespace stafett::server
