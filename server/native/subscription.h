#pragma once
// Subscription: what one subscription has sent, may send and has ready. Holds no socket.
//
// Source:   docs/reference/native-stream.md.
// Threads:  the connection's strand, except look(), which waits for the disk and runs on the pool,
//           one at a time, but where it is light. begin_look() and end_look() stand
//           around it.
// Lifetime: log, limits, open and counts outlive it.
// Limits:   holds the frames of one look: what the credit allows and about one piece takes.
//
// What is ready and could not be sent at once is only sent if the log has not grown since, nor a
// heartbeat's time passed, as an entry or the time may have taken the access away: else it is
// thrown away, and looked for anew. At each heartbeat it is looked whether the access has ended.

#include <chrono>
#include <vector>

#include "server/logs/log_set.h"
#include "server/native/credit_account.h"
#include "server/native/event_source.h"
#include "server/native/event_writer.h"
#include "server/native/native_figures.h"
#include "server/native/native_limits.h"

namespace stafett::server::native {

class Subscription final {
 public:
  using Instant = std::chrono::steady_clock::time_point;

  Subscription(ServedLog& log, const NativeLimits& limits, const OpenSource& open,
               NativeCounts& counts, Subscriber subscriber);
  ~Subscription() { --counts_.subscriptions; }
  Subscription(const Subscription&) = delete;
  Subscription& operator=(const Subscription&) = delete;

  RequestId request() const { return subscriber_.asked.request; }
  Result<void> grant(const Credit& credit) { return credit_.grant(credit); }

  // A look for events, or for a heartbeat. REQUIRES: not looking; for events: nothing ready.
  enum class Look { none, events, heartbeat };
  Look wants_look(TreeSize head, Instant now) const;
  static constexpr TreeSize kNoEnd{UINT64_MAX};
  struct Plan {
    Look look = Look::none;
    std::size_t events_max = 0;
    TreeSize until = kNoEnd;
    bool anew = false;        // what was ready before has been thrown away
    bool tells_size = false;  // whoever has caught up is told
    TreeSize looked_at;
    std::vector<FeedEnd> ended_cases;  // of what has been thrown away
    Bytes room;                        // empty, for the frames
  };
  Plan begin_look(Look look);
  // Whether look() for events may run on the strand. REQUIRES: not looking.
  bool is_light(TreeSize head) const { return source_ && !is_anew_ && source_->is_light(head); }
  struct Looked {
    struct Mark {
      Position position;
      std::size_t end;  // of its frame in `frames`
    };
    Bytes frames;
    std::vector<Mark> marks;
    TreeSize head, looked_at;
    std::string checkpoint;
    std::vector<FeedEnd> ended_cases;
    std::optional<FeedEnd> end;
    std::optional<FaultFrame> fault;
    Plan plan;
  };
  Looked look(Plan plan);
  void end_look(Looked looked, Instant now);
  bool is_looking() const { return is_looking_; }

  // What is sent next, as long as it is not sent; empty: nothing now.
  bool has_something() const { return !notices_.empty() || may_send_event(); }
  bool is_of_before(TreeSize head, Instant now) const {
    return may_send_event() && (ready_.head < head || now - ready_since_ >= limits_.heartbeat_time);
  }
  // Until where the log was looked at for what was sent last.
  TreeSize head_then() const { return ready_.head; }
  void throw_away();
  void cancel();                    // nothing more is told
  ByteView take(Instant now);       // valid until it is called again
  void fall_behind(TreeSize head);  // tells of it, if it is so
  Instant next_heartbeat() const;
  // The connection's count of writes when what is ready came: nothing was written since.
  std::uint64_t written_before() const { return written_before_; }
  void set_written_before(std::uint64_t writes) { written_before_ = writes; }
  // All of it has been said, the last with take().
  bool is_over() const { return is_ending_ && notices_.empty(); }

 private:
  bool may_send_event() const { return has_ready() && !is_looking_ && credit_.may_send(); }
  bool has_ready() const { return next_mark_ < ready_.marks.size(); }
  std::size_t events_wanted() const;
  Result<FeedProgress> step(const Plan& plan, const EventSource::Give& give);
  std::optional<FaultFrame> look_at_events(const Plan& plan, Looked& looked);
  std::optional<FaultFrame> look_at_end(Looked& looked);
  void notice(const ServerFrame& frame);
  void after_events();

  ServedLog& log_;
  const NativeLimits& limits_;
  const OpenSource& open_;
  NativeCounts& counts_;
  const Subscriber subscriber_;
  CreditAccount credit_;
  Looked ready_;
  Instant ready_since_;
  std::vector<FeedEnd> thrown_away_;  // cases that had ended
  std::size_t next_mark_ = 0;         // of ready_: not sent yet
  std::size_t sent_bytes_ = 0;        // of ready_.frames
  TreeSize looked_at_;                // and sent
  Bytes notices_;                     // behind the events
  Bytes taken_;
  Bytes spare_;                    // while it catches up: room of what was taken before
  std::size_t event_bytes_ = 256;  // about
  Instant told_;                   // anything
  std::uint64_t written_before_ = UINT64_MAX;
  bool is_looking_ = false;
  bool has_looked_ = false;
  bool is_caught_up_ = false;
  bool has_progress_ = false;  // looked at, and not told of
  bool is_anew_ = false;
  bool is_ending_ = false;

  std::unique_ptr<EventSource> source_;  // look() only
  EventWriter writer_;                   // look() only
};

}  // namespace stafett::server::native
