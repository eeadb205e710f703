#pragma once
// The cases of a bundle for a review report: counted as they are checked.
//
// Threads: one.
// Limits:  memory: about 10 KB a case (kBundleCasesMax), for the pictures that may be asked for.

#include <map>
#include <optional>

#include "projections/bundle/bundle_check.h"
#include "projections/review/case_course.h"
#include "projections/review/review.h"

namespace stafett::bti {

// It knows nothing of what was done after the day it was made on: later deadlines would all seem to
// be missed. Errors: invalid_argument (the period ends after that day).
Result<void> check_known(const BundleScope& scope, DatePeriod period);

class BundleReview final : public BundleVisitor {
 public:
  BundleReview(DatePeriod period, TimeUs as_of) : period_(period), as_of_(as_of), tally_(period) {}

  void founded(const format::Genesis& genesis, std::string_view profile) override;
  void shared(const EventPtr& event) override;
  void one_case(const SubjectId& id, std::vector<EventPtr> events) override;

  const ReviewTally& tally() const { return tally_; }
  const std::map<SubjectId, CaseCourse>& courses() const { return courses_; }
  // Nothing: the bundle does not say what its log was founded on.
  const std::optional<Directory>& directory() const { return directory_; }

 private:
  const DatePeriod period_;
  const TimeUs as_of_;
  std::optional<Directory> directory_;
  ReviewTally tally_;
  std::map<SubjectId, CaseCourse> courses_;
};

}  // namespace stafett::bti
