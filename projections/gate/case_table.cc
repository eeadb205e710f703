#include "projections/gate/case_table.h"

namespace stafett::bti {

Result<CasePtr> CaseTable::acquire(const SubjectId& case_id) {
  CasePtr handle = find_or_make(case_id);
  const std::lock_guard lock{handle->mutex};
  if (!handle->loaded_ || !handle->usable) {
    ENGINE_TRY_VOID(load(*handle));
    handle->loaded_ = true;
    handle->usable = true;
  }
  return handle;
}

CasePtr CaseTable::find_or_make(const SubjectId& case_id) {
  const std::lock_guard lock{mutex_};
  if (const auto found = cases_.find(case_id); found != cases_.end()) {
    order_.splice(order_.begin(), order_, found->second);
    return *found->second;
  }
  auto handle = std::make_shared<CaseHandle>(case_id);
  order_.push_front(handle);
  cases_.emplace(case_id, order_.begin());
  evict();
  return handle;
}

// What nobody holds; a few steps at most, as nearly all are unheld.
void CaseTable::evict() {
  auto oldest = std::prev(order_.end());
  for (int steps = 0; cases_.size() > cases_max_ && steps < 8; ++steps) {
    const auto candidate = oldest--;
    if (candidate->use_count() != 1) continue;
    CaseHandle& handle = **candidate;
    if (!handle.recorded && handle.loaded_) {
      log_.vault().release(log::DomainKind::content, handle.streams.content);
      log_.vault().release(log::DomainKind::access, handle.streams.access);
    }
    cases_.erase(handle.id);
    order_.erase(candidate);
  }
}

Result<void> CaseTable::load(CaseHandle& handle) {
  for (StreamId& planned : handle.planned)
    if (planned.is_zero()) planned = random_id<StreamId>(log_.random());
  ENGINE_TRY(streams, source_.subject(handle.id));
  if (!streams) {
    if (handle.loaded_) return {};
    ENGINE_TRY(content, log_.vault().acquire(log::DomainKind::content));
    ENGINE_TRY(access, log_.vault().acquire(log::DomainKind::access));
    handle.streams.content = content;
    handle.streams.access = access;
    return {};
  }
  handle.streams = *streams;
  handle.recorded = true;
  ENGINE_TRY(events, load_events(handle));
  handle.record = CaseRecord{build(handle.id, events)};
  return {};
}

Result<std::vector<EventPtr>> CaseTable::load_events(const CaseHandle& handle) const {
  const TreeSize durable = log_.head().size;
  ENGINE_TRY(events, source_.of_case(handle.streams, durable));
  for (const EventPtr& event : handle.not_durable)
    if (event->position.value() >= durable.value()) events.push_back(event);
  return std::move(events);
}

}  // namespace stafett::bti
