#include "projections/review/case_review.h"

#include <unordered_map>

#include "projections/findings/evaluate.h"

namespace stafett::bti {
namespace {

using Places = std::unordered_map<EventId, const Act*, IdHash>;

CaseFinding told(const Finding& finding, const Places& places) {
  CaseFinding out{
      finding.rule, finding.first, finding.cleared, finding.profile_version, finding.ref.text, {}};
  for (const EventId& id : finding.proof) {
    ProofEvent event;
    event.id = id;
    if (const auto found = places.find(id); found != places.end()) {
      event.position = found->second->position;
      event.at = found->second->at;
      event.type = found->second->type;
    }
    out.proof.push_back(event);
  }
  return out;
}

bool is_in_period(const RuleView& view, DatePeriod period) {
  if (view.opened() && view.opened()->day <= period.to.days() &&
      (!view.closed() || view.closed()->day >= period.from.days()))
    return true;
  for (const Act& act : view.acts())
    if (act.in_case_stream() && period.holds(Date{act.day})) return true;
  return false;
}

}  // namespace

CaseReview review_case(const SubjectId& id, const CaseTrack& track, DatePeriod period) {
  const RuleView view{track};
  CaseReview review;
  review.id = id;
  review.in_period = is_in_period(view, period);
  review.grounds = grounds_in(view, period);
  std::vector<Finding> found = findings_on(courses_of(track), period.to);
  std::erase_if(found, [&](const Finding& one) { return !period.holds(Date{one.first}); });
  if (found.empty()) return review;
  Places places;
  for (const Act& act : track.acts()) places.emplace(act.id, &act);
  for (const Finding& one : found) review.findings.push_back(told(one, places));
  return review;
}

}  // namespace stafett::bti
