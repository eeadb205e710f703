#pragma once
// EventSource: where the events of a subscription come from.
//
// Threads:  one at a time, on the pool: it waits for the disk.
// Lifetime: the served log outlives it.

#include <functional>
#include <memory>

#include "server/feed/feed.h"
#include "server/logs/log_set.h"
#include "server/native/frames.h"

namespace stafett::server::native {

// Borrowed while it is given.
struct SourceEvent {
  Position position;
  ByteView entry;
  std::span<const format::OpenPart> openings{};
  std::optional<SubjectId> case_id{};  // none: entries only
  bti::Sight sight{};
};

class EventSource {
 public:
  using Give = std::function<Result<void>(const SourceEvent&)>;

  virtual ~EventSource() = default;
  // At most `events_max` events of entries below `until` are given, in order. Errors: as Feed's,
  // and those of `give`.
  virtual Result<FeedProgress> step(std::size_t events_max, TreeSize until, const Give& give) = 0;
  // A step up to there reads a little at most, and waits for nothing.
  virtual bool is_light(TreeSize) const { return false; }
  virtual Result<std::optional<FeedEnd>> end_now() = 0;
  virtual void go_back_to(TreeSize looked_at, const std::vector<FeedEnd>& ended_cases) = 0;
};

// An entry and its openings go out as they are. What is shown in another form, or to somebody who
// knows people by name without being told whose act it was, cannot: the entry has the actor's id.
inline bool is_given_as_recorded(const SourceEvent& event) {
  return event.sight.form == bti::Sight::Form::whole &&
         (event.sight.actor || !event.sight.classes.has_identity());
}

struct Subscriber {
  SignedIn reader;
  SubscribeFrame asked;
  StreamLease lease{};  // held as long as the subscription is there
};

// What of the log this reader asked for, behind `after`. Errors: invalid_argument (what was asked
// for cannot be), not_found (there is no such case), corrupt, io.
using OpenSource = std::function<Result<std::unique_ptr<EventSource>>(
    ServedLog& log, const Subscriber& subscriber, std::optional<Position> after)>;

}  // namespace stafett::server::native
