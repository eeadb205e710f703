#pragma once
// ComingDocuments: documents on their way into the log. A document is stored before the event that
// commits to it, and left behind when that event is never recorded: sweep() removes what was left,
// never what somebody is still at. What an earlier process left, the log's open has removed.
//
// Threads:  any.
// Lifetime: the log outlives it; a Hold may outlive both.
// Limits:   kLeftMax documents between two sweeps; what is left beyond them goes at the next open.

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <set>

#include "engine/log/log.h"

namespace stafett::bti {

class ComingDocuments final {
 public:
  static constexpr std::size_t kLeftMax = 65'536;

  explicit ComingDocuments(log::Log& log) : log_(log) {}

  // While it lives the event's document is not removed by a sweep. Taken before the first chunk is
  // stored, and kept until the event's outcome is known.
  using Hold = std::shared_ptr<const void>;
  Hold hold(const EventId& event);  // waits while what was left of the event is being removed

  // How many documents were removed. A log whose last outcomes are not known keeps them all.
  // Errors: corrupt, io.
  Result<std::size_t> sweep();

 private:
  struct State {
    std::mutex mutex;
    std::condition_variable removed;
    std::map<EventId, std::size_t> held;  // Guarded by mutex, as all below. By how many.
    std::set<EventId> left;
    std::set<EventId> going;  // being looked at, or removed
  };
  Result<bool> remove_unless_recorded(const EventId& event);

  log::Log& log_;
  const std::shared_ptr<State> state_ = std::make_shared<State>();
};

}  // namespace stafett::bti
