#include "projections/findings/case_tracker.h"

#include <algorithm>
#include <iterator>

#include "projections/findings/rule.h"
#include "projections/findings/rule_view.h"

namespace stafett::bti {

CaseTracker::CaseTracker(const SubjectId& case_id, const Directory& directory)
    : case_id_(case_id),
      directory_(directory),
      track_(case_id, directory),
      by_rule_(finding_rules().size()),
      stale_(finding_rules().size(), false) {}

bool CaseTracker::needs_all(const TimelineEvent& next) const {
  const Event& event = *next.event;
  return (event.type == EventType::ENTRY_CORRECTED && !next.settled) ||
         Moment::of(event.occurred_at, event.position) < last_;
}

void CaseTracker::add(const TimelineEvent& added) {
  track_.add(added);
  const EventPtr& next = added.event;
  last_ = Moment::of(next->occurred_at, next->position);
  const auto rules = finding_rules();
  for (std::size_t i = 0; i < rules.size(); ++i)
    if (next->type == EventType::CONCERN_RAISED || rules[i].watches.none() ||
        rules[i].watches.test(static_cast<std::size_t>(next->type)))
      stale_[i] = true;
}

void CaseTracker::build(std::span<const EventPtr> recorded) {
  track_ = CaseTrack{case_id_, directory_};
  last_ = kBeforeAll;
  for (const TimelineEvent& event : timeline(recorded, {}, TimeUs{INT64_MAX})) {
    track_.add(event);
    last_ = Moment::of(event.event->occurred_at, event.event->position);
  }
  stale_.assign(stale_.size(), true);
}

void CaseTracker::tell(std::size_t rule) const {
  const FindingRule& told = finding_rules()[rule];
  CourseBook book{told.number};
  told.courses(RuleView{track_}, book);
  by_rule_[rule] = std::move(book).take();
  stale_[rule] = false;
}

std::vector<Course> CaseTracker::courses() const {
  std::vector<Course> all;
  for (std::size_t i = 0; i < by_rule_.size(); ++i) {
    if (stale_[i]) tell(i);
    std::ranges::copy(by_rule_[i], std::back_inserter(all));
  }
  return all;
}

}  // namespace stafett::bti
