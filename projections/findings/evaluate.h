#pragma once
// The findings of one case, from its events: at any time of its past, as known at any time.
//
// Pure: no clock, nothing read but what is given.
// Threads: any.

#include <span>
#include <vector>

#include "projections/findings/case_track.h"
#include "projections/findings/finding.h"
#include "projections/state/directory.h"
#include "projections/state/timeline.h"

namespace stafett::bti {

// The case's track up to `as_of`, as known.
CaseTrack track_of(const SubjectId& case_id, std::span<const EventPtr> recorded,
                   const Directory& directory, Knowledge known, TimeUs as_of);
// Of all rules, sorted by (rule, ref).
std::vector<Course> courses_of(const CaseTrack& track);

// `recorded`: all events of the case, every stream, any order, each once. `directory`: as known to
// the asker (the fold of the directory and audit streams up to the same size). Sorted by (rule,
// ref). With `as_of` at the end of a day D, findings_on(courses, D) is what section "findings" of
// the reference defines; earlier days of the same courses need not be (an event may fall between).
std::vector<Course> courses_of(const SubjectId& case_id, std::span<const EventPtr> recorded,
                               const Directory& directory, Knowledge known, TimeUs as_of);

// findings_on(courses_of(...), local date of as_of).
std::vector<Finding> evaluate(const SubjectId& case_id, std::span<const EventPtr> recorded,
                              const Directory& directory, Knowledge known, TimeUs as_of);

}  // namespace stafett::bti
