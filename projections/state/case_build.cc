#include "projections/state/case_build.h"

#include <algorithm>

namespace stafett::bti {

CaseState build(const SubjectId& case_id, std::span<const EventPtr> recorded, Knowledge known,
                TimeUs as_of) {
  CaseFold fold(case_id);
  for (const TimelineEvent& one : timeline(recorded, known, as_of))
    if (one.voided)
      fold.apply_voided(*one.event);
    else
      fold.apply(*one.event);
  return fold.take();
}

bool CaseRecord::needs_rebuild(const Event& event) const {
  if (event.compartment == Compartment::access &&
      event.type != schema::EventType::BREAK_GLASS_USED &&
      event.type != schema::EventType::BREAK_GLASS_APPROVED)
    return false;  // the fold passes over it
  return event.type == schema::EventType::ENTRY_CORRECTED ||
         Moment::of(event.occurred_at, event.position) < fold_.state().last;
}

Result<void> CaseRecord::add(const EventPtr& event, const Loader& load) {
  if (!needs_rebuild(*event)) {
    fold_.apply(*event);
    return {};
  }
  ENGINE_TRY(recorded, load());
  const bool there = std::any_of(recorded.begin(), recorded.end(),
                                 [&](const EventPtr& one) { return one->id == event->id; });
  if (!there) recorded.push_back(event);
  fold_ = CaseFold(build(fold_.state().id, recorded));
  return {};
}

}  // namespace stafett::bti
