#pragma once
// HeadSignal: wakes those on the server's threads who wait for a log to grow: by anything, or by
// something of one case.
//
// Threads:  any. One of its own waits for the log.
// Lifetime: the log outlives it.

#include <boost/asio/steady_timer.hpp>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <unordered_map>

#include "projections/gate/bti_gate.h"
#include "server/logs/log_tail.h"

namespace stafett::server {

// One who waits: cancelling the timer, on the timer's executor, wakes him. REQUIRES: that is a
// strand, or of an io_context that one thread runs.
using Waiter = std::shared_ptr<boost::asio::steady_timer>;

class HeadSignal final {
 public:
  HeadSignal(log::Log& log, bti::BtiGate& gate, LogTail& tail);

  // From here on, until removed: woken by what is recorded of the case, if one is named. Whoever
  // looks at what is new on the timer's executor and then waits there misses nothing.
  void add(const Waiter& waiter, const std::optional<SubjectId>& case_id = {});
  void remove(const Waiter& waiter, const std::optional<SubjectId>& case_id = {});
  // The log's size behind the latest of the case that was recorded while somebody waited for it, as
  // far as it is known; zero: none.
  TreeSize latest(const SubjectId& case_id) const;

 private:
  // Those of an event loop together: they are woken by one handler. Of a strand each by himself.
  using Waiters = std::map<const void*, std::set<Waiter>>;
  static const void* loop_of(const Waiter& waiter);
  static void wake(const Waiters& waiters);
  struct OfCase {
    Waiters waiters;  // not empty
    TreeSize latest{};
  };
  void run(const std::stop_token& stop);
  bool is_waited_for() const;
  // REQUIRES of both: mutex_ is held.
  void wake_those_of(const std::vector<StoredEntryPtr>& entries);
  void wake_those_of_any_case(TreeSize now);

  log::Log& log_;
  bti::BtiGate& gate_;
  LogTail& tail_;
  TreeSize seen_;  // Its own thread only.
  mutable std::mutex mutex_;
  Waiters of_all_;  // Guarded by mutex_, as all below.
  std::unordered_map<SubjectId, OfCase, IdHash> of_case_;
  std::jthread thread_;  // last: it uses what is above
};

}  // namespace stafett::server
