#include "projections/findings/course_book.h"

#include <algorithm>
#include <tuple>

namespace stafett::bti {
namespace {

std::vector<EventId> proof_of(const Telling& telling) {
  std::vector<EventId> proof;
  if (telling.anchor) proof.push_back(telling.anchor->id);
  auto others = telling.others;
  std::ranges::sort(others, {}, [](const Act* act) { return act->position; });
  for (const Act* act : others)
    if (std::ranges::find(proof, act->id) == proof.end()) proof.push_back(act->id);
  return proof;
}

// Of one reference, in order of the spans: the first one's anchor is the course's.
void merge(Course& into, Course&& next) {
  into.spans.push_back(next.spans.front());
  if (into.due == kNoDate || (next.due != kNoDate && next.due < into.due)) into.due = next.due;
}

}  // namespace

void CourseBook::tell(const Telling& telling) {
  told_.push_back({rule_,
                   telling.ref,
                   {telling.span},
                   telling.due,
                   telling.profile_version,
                   proof_of(telling)});
}

std::vector<Course> CourseBook::take() && {
  std::ranges::stable_sort(told_, [](const Course& a, const Course& b) {
    return std::tie(a.ref, a.spans) < std::tie(b.ref, b.spans);
  });
  std::vector<Course> courses;
  for (Course& course : told_) {
    if (!courses.empty() && courses.back().ref == course.ref)
      merge(courses.back(), std::move(course));
    else
      courses.push_back(std::move(course));
  }
  return courses;
}

}  // namespace stafett::bti
