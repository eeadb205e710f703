#pragma once
// A simulated municipality with planted breaches, reviewed.

#include "projections/findings/evaluate.h"
#include "projections/review/review_page.h"
#include "tests/projections/simulate/playing.h"

namespace stafett::bti::test {

struct Town {
  MemoryLog log;
  Played played;
  DatePeriod period;
  std::vector<CaseReview> cases;
  std::vector<CaseCourse> courses;
};

// Of the whole simulation.
inline std::unique_ptr<Town> reviewed_town(std::uint32_t cases, std::uint64_t seed, Chance chance) {
  SimulationOptions wanted = options(cases, seed);
  wanted.breaches.chances.fill(chance);
  auto town = std::make_unique<Town>();
  town->period = {wanted.from, wanted.to};
  town->played = play(wanted, town->log);
  for (const std::string& label : town->log.cases()) {
    const auto case_id = id<SubjectId>(label);
    const CaseTrack track = track_of(case_id, town->log.events(label), town->log.directory(), {},
                                     end_of_day(wanted.to));
    town->cases.push_back(review_case(case_id, track, town->period));
    town->courses.push_back(course_of(track, town->cases.back(), wanted.to));
  }
  return town;
}

inline Review review_of(const Town& town, std::size_t shown_max = 10) {
  ReviewTally tally{town.period};
  for (const CaseReview& one : town.cases) tally.add(one);
  return tally.review(shown_max);
}

}  // namespace stafett::bti::test
