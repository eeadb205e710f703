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

class EventSource {
 public:
  virtual ~EventSource() = default;
  // As Feed::step().
  virtual Result<FeedStep> step(std::size_t events_max) = 0;
};

struct Subscriber {
  SignedIn reader;
  SubscribeFrame asked;
};

// What of the log this reader asked for, behind `after`. Errors: invalid_argument (what was asked
// for cannot be), not_found (there is no such case), corrupt, io.
using OpenSource = std::function<Result<std::unique_ptr<EventSource>>(
    ServedLog& log, const Subscriber& subscriber, std::optional<Position> after)>;

}  // namespace stafett::server::native
