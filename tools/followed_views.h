#pragma once
// FollowedViews: the views kept up while a command records, when the log has any.
//
// Threads:  the owner's; a Follower's in between.
// Lifetime: the log outlives it.

#include "projections/recorder/bti_log.h"
#include "projections/views/follower.h"

namespace stafett::tools {

// REQUIRES: nothing has been recorded since the log was opened.
bti::ViewsPlace views_place(bti::BtiLog& opened);

class FollowedViews final {
 public:
  // REQUIRES: as views_place().
  // A log that never had views has nothing to follow. Views that cannot be opened, or that are only
  // a rebuild's to make: that is told, and keeps nobody from recording.
  explicit FollowedViews(bti::BtiLog& opened);
  // Brings them to the log's end.
  ~FollowedViews();
  bti::Views* views() const { return views_.get(); }  // null: none are followed
  void forget(std::span<const SubjectId> cases);      // in memory; they were erased. Any thread

 private:
  std::unique_ptr<bti::Views> views_;
  std::unique_ptr<bti::Follower> follower_;
};

}  // namespace stafett::tools
