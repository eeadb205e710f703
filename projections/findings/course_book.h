#pragma once
// CourseBook: collects what one rule tells about one case; the same reference told twice is one
// course with several spans.
//
// Threads: one.

#include <vector>

#include "projections/findings/act.h"
#include "projections/findings/finding.h"

namespace stafett::bti {

// One telling of a rule.
struct Telling {
  FindingRef ref;
  Span span;
  std::int32_t due = kNoDate;
  std::uint32_t profile_version = 1;
  const Act* anchor = nullptr;                           // null: the anchor is a day
  boost::container::small_vector<const Act*, 4> others;  // the other events that prove it
};

class CourseBook final {
 public:
  explicit CourseBook(RuleNo rule) : rule_(rule) {}
  void tell(const Telling& telling);
  // Sorted by reference.
  std::vector<Course> take() &&;

 private:
  RuleNo rule_;
  std::vector<Course> told_;  // each with one span
};

}  // namespace stafett::bti
