#pragma once
// Rebuilding views on demand: built anew from the first event on, compared with what was recorded
// and with what was kept up, caught up with the log and put in place.
//
// The digest of what was built is recorded in the log (ProjectionDigested), so that a later rebuild
// at that size can tell whether the same events still give the same rows. One that differs is not
// recorded over: the old digest stays what is compared with, until the projection's version says
// that its rows are others.
//
// Threads:  one; the follower's thread may run beside it.
// Lifetime: the Views outlive it.

#include "projections/views/build.h"

namespace stafett::bti {

struct RebuiltView {
  enum class Compared : std::uint8_t {
    equal,
    differs,
    nothing_recorded,  // no digest of this version
    erased_since,      // cases were erased: their rows are gone, and no digest tells of the rest
  };
  enum class Live : std::uint8_t { equal, differs, none };  // none: nothing served in this version

  Built built;
  Compared compared = Compared::nothing_recorded;
  TreeSize compared_at;
  Live live = Live::none;
  TreeSize live_at;
  bool digest_recorded = false;

  bool is_well() const {
    return !built.generation.stopped && compared != Compared::differs && live != Live::differs;
  }
};

// `name`: empty: all projections. The views that were built are coming: whoever follows the log
// brings them into place (Follower::catch_up()).
// Errors: not_found (no such projection), and those of build_views(). A log that is read-only takes
// no digest: that is no failure.
Result<std::vector<RebuiltView>> rebuild_views(Views& views, std::string_view name,
                                               const ScanPace& pace = {});

}  // namespace stafett::bti
