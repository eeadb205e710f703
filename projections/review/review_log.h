#pragma once
// The cases of a log for a review report: all of them from one scan of the log on all cores, or
// some by name.
//
// Threads:  review_log() starts its own.
// Lifetime: everything referred to outlives the call.
// Limits:   memory: the tracks of kCasesAtOnce cases (case_track.h), and what a scan takes.

#include <optional>

#include "projections/rebuild/case_scan.h"
#include "projections/review/review.h"

namespace stafett::bti {

struct ReviewedLog {
  RebuildPlace place;
  TreeSize size;               // entries [0, size) were known
  const Directory& directory;  // as of `size`
  DatePeriod period;
  TimeUs as_of;  // what happened later does not count; at most the end of the period
};

// `only`: these cases, sorted; nothing: all. A damaged case is named in the tally and not looked
// into; one that was never begun is passed over. Errors: io.
Result<ReviewTally> review_log(const ReviewedLog& log,
                               const std::optional<std::vector<SubjectId>>& only);

// One case whole, for its picture. Errors: not_found, erased, corrupt, io.
Result<CaseTrack> track_in_log(const ReviewedLog& log, const SubjectId& id);

}  // namespace stafett::bti
