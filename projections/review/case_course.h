#pragma once
// CaseCourse: what the picture of one case shows: who held the baton when, at which level, on which
// consents, what was done, and who read it. People are letters: nobody is named.
//
// Pure. Threads: values.

#include <string>
#include <vector>

#include "projections/review/case_review.h"

namespace stafett::bti {

// Something that lasted. `until`: its last day; kNoDate: it lasts.
struct Stretch {
  std::int32_t from = kNoDate;
  std::int32_t until = kNoDate;
  Position position;    // of the event that began it
  std::string who;      // a person's letter; empty: nobody
  std::string what;     // a service, a local id, a level; empty: nothing more
  std::string service;  // of a measure
};
// Something that happened on a day.
struct Mark {
  enum class Kind : std::uint8_t {
    meeting,
    hearing,
    evaluation,
    read,
    read_without_ground,
    finding
  };
  Kind kind = Kind::meeting;
  std::int32_t day = kNoDate;
  Position position;
  std::string what;  // of a meeting its kind, of a read its capacity, of a finding its rule
};

struct CaseCourse {
  SubjectId id;
  std::int32_t first = kNoDate, last = kNoDate;  // the days that are drawn
  std::int32_t opened = kNoDate, closed = kNoDate;
  std::vector<Stretch> levels;    // `what`: "0" to "3"
  std::vector<Stretch> holders;   // `what`: the service
  std::vector<Stretch> consents;  // `what`: services
  std::vector<Stretch> measures;  // `what`: the local id
  std::vector<Mark> meetings, hearings, evaluations, reads, findings;
};

// `review`: of the same track. Up to `last`, from the first event on.
CaseCourse course_of(const CaseTrack& track, const CaseReview& review, Date last);

}  // namespace stafett::bti
