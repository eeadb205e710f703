#pragma once
// CaseTracker: the courses of one case, kept up event by event: only the rules that the events
// since the last look can change are told anew. Days need no upkeep: a course already says when it
// will be true.
//
// Threads:  one.
// Lifetime: the directory outlives it. When the directory changes about the past (a registration
//           dated back, a service's kind, a profile in force already) build() it anew.

#include <span>
#include <vector>

#include "projections/findings/case_track.h"
#include "projections/findings/finding.h"

namespace stafett::bti {

class CaseTracker final {
 public:
  CaseTracker(const SubjectId& case_id, const Directory& directory);

  // A correction, or an event that happened before the latest: build() from all events.
  bool needs_all(const TimelineEvent& next) const;
  // REQUIRES: !needs_all(next). Events come in position order.
  void add(const TimelineEvent& added);
  // From scratch. `recorded`: all events of the case, each once.
  void build(std::span<const EventPtr> recorded);

  const CaseTrack& track() const { return track_; }
  // Sorted by (rule, ref): what courses_of() says of the same events.
  std::vector<Course> courses() const;

 private:
  void tell(std::size_t rule) const;

  SubjectId case_id_;
  const Directory& directory_;
  CaseTrack track_;
  Moment last_ = kBeforeAll;
  // What the rules told when they were last looked at, and which are to be told anew.
  mutable std::vector<std::vector<Course>> by_rule_;
  mutable std::vector<bool> stale_;
};

}  // namespace stafett::bti
