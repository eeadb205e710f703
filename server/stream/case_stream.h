#pragma once
// CaseStream: the events of one case as one person may see them, in the order of recording, and on
// as the case grows.
//
// Source:   WHATWG HTML, server-sent events; CloudEvents 1.0.2 with the sequence extension.
// Threads:  as BodySource.
// Lifetime: the log outlives it.
// Limits:   what one look at the case has made ready, sent in pieces of about kPieceBytes.
//
// At every look the read is admitted anew (RecordedReads) and what is shown, also of what was ready
// and not sent yet, is decided by all that is recorded then: a consent that is withdrawn ends the
// stream before the next event, which is told, and the attempt is in the case's access list. A
// stream also ends with its token.

#include <deque>
#include <functional>
#include <optional>
#include <string>

#include "server/http/body_source.h"
#include "server/logs/log_set.h"

namespace stafett::server {

enum class StreamForm { server_sent_events, json_lines };

struct CaseStreamRequest {
  SubjectId case_id;
  SignedIn person;
  ReadPurpose purpose;
  std::optional<Position> after;  // none: before the first event
  StreamForm form = StreamForm::server_sent_events;
  bool follow = false;
};

class CaseStream final : public BodySource {
 public:
  static constexpr std::size_t kPieceBytes = 64 * 1024;
  static constexpr std::chrono::seconds kHeartbeat{15};

  CaseStream(ServedLog& log, CaseStreamRequest request);
  ~CaseStream() override;

  // Before the answer begins: whether the read is allowed. As RecordedReads::admit().
  Result<Admission> admit();

  void begin(const boost::asio::any_io_executor& own,
             const boost::asio::any_io_executor& pool) override;
  boost::asio::awaitable<std::string> next() override;
  void stop() override;

 private:
  boost::asio::awaitable<void> look_there();
  Result<void> look();
  Result<bool> has_grown(TreeSize size) const;
  void give(const boost::json::object& event);
  void tell_caught_up(TreeSize size);
  void tell(const char* what, const boost::json::object& data);
  void end(const char* why, const boost::json::object& data);
  std::string take_piece();

  ServedLog& log_;
  const CaseStreamRequest request_;
  boost::asio::any_io_executor pool_;
  Waiter waiter_;
  struct Ready {
    std::string text;
    std::optional<Position> position;  // none: not an event
    bool is_marker = false;            // caughtup
  };
  std::deque<Ready> ready_;
  TreeSize looked_at_;  // the log's size at the last look
  std::optional<Position> sent_;
  bool is_first_ = true;
  bool has_looked_ = false;
  bool is_marker_sent_ = false;
  bool is_ending_ = false;
  bool is_stopped_ = false;
};

}  // namespace stafett::server
