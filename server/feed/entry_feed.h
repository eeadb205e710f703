#pragma once
// EntryFeed: every entry of a log as it is stored, with nothing opened and so nothing recorded as
// read: for an auditor within a grant for all cases.
//
// Source:   docs/reference/native-stream.md
// Threads:  one at a time; step() waits for the disk.
// Lifetime: the served log outlives it.

#include <functional>
#include <memory>
#include <optional>

#include "projections/state/directory.h"
#include "server/feed/feed_step.h"

namespace stafett::server {

struct ServedLog;

class EntryFeed final {
 public:
  static constexpr std::size_t kBytesAStep = 1 << 20;  // what was begun may go beyond
  // Nearer than that, what is new is among the log's latest.
  static constexpr std::uint64_t kNear = 256;

  EntryFeed(ServedLog& log, SignedIn reader, std::optional<Position> after);

  // `entry` is valid during the call. An error ends the step.
  using Visit = std::function<Result<void>(Position, ByteView entry)>;
  // At most `entries_max`, below `until`. Errors: those of visit; corrupt, io. After an error or an
  // end, no more steps.
  Result<FeedProgress> step(std::size_t entries_max, TreeSize until, const Visit& visit);
  // Whether a step up to there reads a little at most.
  bool is_light(TreeSize until) const {
    return next_ <= until && until.value() - next_.value() <= kNear;
  }
  // Whether it has ended by now: a grant may end by time alone. Errors: corrupt, io.
  Result<std::optional<FeedEnd>> end_now();
  void go_back_to(TreeSize looked_at) { next_ = looked_at; }

 private:
  Result<void> visit_latest(std::size_t entries_max, TreeSize end, const Visit& visit);
  Result<void> visit_stored(std::size_t entries_max, TreeSize end, const Visit& visit);

  // What ends by time alone is heeded so much later at most (docs/decisions/0029).
  static constexpr std::int64_t kSureUs = 250'000;

  ServedLog& log_;
  const SignedIn reader_;
  TreeSize next_;
  std::shared_ptr<const bti::Directory> granted_by_;  // that last said that there is a grant
  TimeUs granted_at_{};
};

}  // namespace stafett::server
