#pragma once
// Follower: keeps the views up with the log: from where each has come, stretch by stretch to the
// durable head, and on as the head moves. A generation that comes up beside the one that serves
// takes its turn with it, and takes its place in one batch when it is as far.
//
// Exactly once: rows and sizes are one batch, and nothing is read past the durable head. Two on the
// same Views are as right as one, and slower: whose work the other has done meanwhile begins again
// from what is there.
//
// Threads:  step() and catch_up() by one thread; or start() and stop() by the owner, and the
//           follower's own thread in between. failure() and forget() from any thread.
// Lifetime: the Views outlive it.
// Limits:   HotCases; one stretch of events, and its rows.

#include <thread>

#include "projections/views/front.h"

namespace stafett::bti {

struct FollowerOptions {
  std::size_t cases_max = HotCases::kCasesMaxDefault;
  // How long a stretch may grow before it is folded: more events of a case are one row.
  std::chrono::milliseconds gather{100};
};

class Follower final {
 public:
  explicit Follower(Views& views, const FollowerOptions& options = {})
      : views_(views), options_(options), events_(views.place().log, views.place().source) {}
  ~Follower() { stop(); }

  enum class Step : std::uint8_t { moved, idle };
  // The next stretch of one front. Errors: those of the log and the views' store; what was written
  // stands, and the next step begins from it.
  Result<Step> step();
  // Until all are at the durable head, wherever it is by then. Errors: as step().
  Result<void> catch_up();

  // REQUIRES: it is not running. Started again it goes on with what is folded in memory.
  void start();
  void stop();
  // What is folded of these cases is in memory no more, once what is under way has ended.
  void forget(std::span<const SubjectId> cases);
  // Why the thread has ended, since it was last started.
  std::optional<Error> failure() const;

 private:
  Result<void> take_up();
  void match_lanes(std::span<const Generation> there);
  void merge();
  Result<Step> swap_ready();
  Front* next_front(TreeSize head);
  TreeSize stretch_end(const Front& front, TreeSize head) const;
  Result<Step> step_once();
  void run(const std::stop_token& stop);
  TreeSize farthest() const;
  bool has_much_to_do() const;

  Views& views_;
  const FollowerOptions options_;
  LogEvents events_;
  std::mutex step_mutex_;  // held by who steps or forgets; only who steps changes fronts_
  std::vector<std::unique_ptr<Front>> fronts_;
  std::uint64_t seen_changes_ = 0;
  bool taken_up_ = false;
  std::size_t turn_ = 0;

  std::jthread thread_;
  mutable std::mutex mutex_;
  std::optional<Error> failure_;  // Guarded by mutex_.
};

}  // namespace stafett::bti
