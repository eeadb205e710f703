#include "projections/state/case_build.h"

#include <algorithm>

namespace stafett::bti {

CaseState build(const SubjectId& case_id, std::span<const EventPtr> recorded, Knowledge known,
                TimeUs as_of) {
  CaseFold fold(case_id);
  for (const TimelineEvent& one : timeline(recorded, known, as_of)) add_to(fold, one);
  return fold.take();
}

namespace {

// A read and the like: the state stays as it is.
bool is_passed_over(const Event& event) {
  return event.compartment == Compartment::access &&
         event.type != schema::EventType::BREAK_GLASS_USED &&
         event.type != schema::EventType::BREAK_GLASS_APPROVED;
}

}  // namespace

bool CaseRecord::needs_rebuild(const TimelineEvent& next) const {
  const Event& event = *next.event;
  if (is_passed_over(event)) return false;
  return (event.type == schema::EventType::ENTRY_CORRECTED && !next.settled) ||
         Moment::of(event.occurred_at, event.position) < fold_.state().last;
}

std::shared_ptr<const CaseState> CaseRecord::shared() {
  if (!shared_) shared_ = std::make_shared<const CaseState>(fold_.state());
  return shared_;
}

Result<void> CaseRecord::add(const TimelineEvent& next, const Loader& load) {
  if (is_passed_over(*next.event)) return {};
  shared_ = nullptr;
  if (!needs_rebuild(next)) {
    add_to(fold_, next);
    return {};
  }
  ENGINE_TRY(recorded, load());
  const bool there = std::any_of(recorded.begin(), recorded.end(),
                                 [&](const EventPtr& one) { return one->id == next.event->id; });
  if (!there) recorded.push_back(next.event);
  fold_ = CaseFold(build(fold_.state().id, recorded));
  return {};
}

}  // namespace stafett::bti
