#pragma once
// What one case adds to a review report: what the rules could have found in it in a period, and
// what they found.
//
// Pure. Threads: any.

#include <string>
#include <vector>

#include "projections/findings/case_track.h"
#include "projections/review/grounds.h"

namespace stafett::bti {

struct ProofEvent {
  EventId id;
  Position position;
  TimeUs at;
  EventType type = EventType::UNSET;  // what it is of; UNSET: voided since
};

struct CaseFinding {
  RuleNo rule = 0;
  std::int32_t first = kNoDate;
  std::int32_t cleared = kNoDate;  // by the period's last day
  std::uint32_t profile_version = 1;
  std::string about;  // what in the case: a local id or a service, never a person; may be empty
  std::vector<ProofEvent> proof;
};

struct CaseReview {
  SubjectId id;
  bool in_period = false;  // something happened in it then, or its log was open
  GroundSet grounds;
  std::vector<CaseFinding> findings;  // that became true in the period
};

// `track`: up to the end of the period's last day, or to now if that is earlier.
CaseReview review_case(const SubjectId& id, const CaseTrack& track, DatePeriod period);

}  // namespace stafett::bti
