#include "projections/review/bundle_review.h"

#include "projections/findings/evaluate.h"
#include "projections/gate/founded_directory.h"

namespace stafett::bti {

Result<void> check_known(const BundleScope& scope, DatePeriod period) {
  const Date made = local_date(scope.made_at);
  if (period.to <= made) return {};
  return Error{Errc::invalid_argument,
               "the bundle was made on " + made.to_text() + ": no period may end after that day"};
}

void BundleReview::founded(const format::Genesis& genesis, std::string_view profile) {
  if (auto directory = founded_directory(genesis, profile)) directory_ = std::move(*directory);
}

void BundleReview::shared(const EventPtr& event) {
  if (directory_) directory_->apply(*event);
}

void BundleReview::one_case(const SubjectId& id, std::vector<EventPtr> events) {
  if (!directory_) return;
  if (events.empty()) return tally_.add_erased();
  const CaseTrack track = track_of(id, events, *directory_, {}, as_of_);
  CaseReview review = review_case(id, track, period_);
  courses_.emplace(id, course_of(track, review, period_.to));
  tally_.add(std::move(review));
}

}  // namespace stafett::bti
