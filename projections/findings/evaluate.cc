#include "projections/findings/evaluate.h"

#include <algorithm>
#include <iterator>

#include "projections/findings/rule.h"
#include "projections/findings/rule_view.h"

namespace stafett::bti {

std::vector<Course> courses_of(const CaseTrack& track) {
  std::vector<Course> courses;
  const RuleView view{track};
  for (const FindingRule& rule : finding_rules()) {
    CourseBook book{rule.number};
    rule.courses(view, book);
    std::ranges::move(std::move(book).take(), std::back_inserter(courses));
  }
  return courses;
}

CaseTrack track_of(const SubjectId& case_id, std::span<const EventPtr> recorded,
                   const Directory& directory, Knowledge known, TimeUs as_of) {
  CaseTrack track{case_id, directory};
  for (const TimelineEvent& event : timeline(recorded, known, as_of)) track.add(event);
  return track;
}

std::vector<Course> courses_of(const SubjectId& case_id, std::span<const EventPtr> recorded,
                               const Directory& directory, Knowledge known, TimeUs as_of) {
  return courses_of(track_of(case_id, recorded, directory, known, as_of));
}

std::vector<Finding> evaluate(const SubjectId& case_id, std::span<const EventPtr> recorded,
                              const Directory& directory, Knowledge known, TimeUs as_of) {
  return findings_on(courses_of(case_id, recorded, directory, known, as_of), local_date(as_of));
}

}  // namespace stafett::bti
