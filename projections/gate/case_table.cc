#include "projections/gate/case_table.h"

#include <numeric>

namespace stafett::bti {
namespace {

std::uint64_t total(const LaneVersions& next_versions) {
  return std::accumulate(next_versions.begin(), next_versions.end(), std::uint64_t{0});
}

}  // namespace

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

CasePtr CaseTable::find(const SubjectId& case_id) {
  CasePtr handle;
  {
    const std::lock_guard lock{mutex_};
    const auto found = cases_.find(case_id);
    if (found == cases_.end()) return nullptr;
    order_.splice(order_.begin(), order_, found->second);
    handle = *found->second;
  }
  const std::lock_guard lock{handle->mutex};
  return handle->loaded_ && handle->usable && handle->recorded ? handle : nullptr;
}

void CaseTable::close(const SubjectId& case_id) {
  const CasePtr handle = find_or_make(case_id);
  {
    const std::lock_guard lock{handle->mutex};
    handle->erased = true;
    handle->recorded = false;
    handle->loaded_ = true;
    handle->usable = true;
    handle->record = CaseRecord{case_id};
    handle->streams = {};
    handle->next_versions = {};
  }
  snapshot_rows_.drop(log_.index().snapshot_key(case_id));
}

void CaseTable::reopen(const SubjectId& case_id) {
  const CasePtr handle = find_or_make(case_id);
  const std::lock_guard lock{handle->mutex};
  handle->erased = false;
  handle->loaded_ = false;
}

// Also of a copy of the database from before an erasure: the key is what is gone.
Result<bool> CaseTable::is_erased(const CaseHandle& handle) const {
  ENGINE_TRY(erasure, log_.index().erasure(handle.id));
  if (erasure) return true;
  ENGINE_TRY(streams, source_.subject(handle.id));
  return streams && !log_.vault().contains(streams->content);
}

CasePtr CaseTable::find_or_make(const SubjectId& case_id) {
  CasePtr handle;
  std::vector<CasePtr> to_keep;
  {
    const std::lock_guard lock{mutex_};
    if (const auto found = cases_.find(case_id); found != cases_.end()) {
      order_.splice(order_.begin(), order_, found->second);
      return *found->second;
    }
    handle = std::make_shared<CaseHandle>(case_id);
    order_.push_front(handle);
    cases_.emplace(case_id, order_.begin());
    evict(to_keep);
  }
  for (const CasePtr& one : to_keep) keep_snapshot(*one);
  return handle;
}

// What nobody holds; a few steps at most, as nearly all are unheld. All that an unheld case took is
// durable: until then the gate holds it.
void CaseTable::evict(std::vector<CasePtr>& to_keep) {
  for (int steps = 0; cases_.size() > cases_max_ && steps < 8; ++steps) {
    const auto at = std::prev(order_.end());
    if (at->use_count() != 1) {  // not in the way of others
      order_.splice(order_.begin(), order_, at);
      continue;
    }
    CasePtr leaving = *at;  // outlives the lock
    CaseHandle& handle = *leaving;
    const std::lock_guard lock{handle.mutex};  // free: sees what the last holder wrote
    if (!handle.recorded && handle.loaded_ && !handle.erased) {
      log_.vault().release(log::DomainKind::content, handle.streams.content);
      log_.vault().release(log::DomainKind::access, handle.streams.access);
    }
    const std::uint64_t events = total(handle.next_versions);
    cases_.erase(handle.id);
    order_.erase(at);
    if (handle.loaded_ && handle.usable && !handle.erased &&
        events >= handle.in_snapshot_ + kSnapshotEvents)
      to_keep.push_back(leaving);
  }
}

// Of a case that is in no table any more: whoever needs it meanwhile has loaded a handle of its
// own. Should that one's row come first, this older one replaces it: it is still a state of the
// case.
void CaseTable::keep_snapshot(const CaseHandle& handle) {
  if (!snapshot_rows_.has_room()) return;
  Result<storage::IndexRow> row =
      snapshots_.row(handle.record.state(), handle.next_versions, handle.streams);
  if (row) snapshot_rows_.push(std::move(*row));
}

Result<void> CaseTable::load(CaseHandle& handle) {
  for (StreamId& planned : handle.planned)
    if (planned.is_zero()) planned = random_id<StreamId>(log_.random());
  if (!handle.recorded) {
    ENGINE_TRY(erased, is_erased(handle));
    handle.erased = erased;
    if (erased) return {};
  }
  // The streams of a case that took events are newer than their row, which may not be durable.
  if (!handle.recorded) {
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
  }
  if (fold_from_snapshot(handle)) return {};
  return fold_all(handle);
}

Result<void> CaseTable::fold_all(CaseHandle& handle) const {
  const TreeSize durable = log_.head().size;
  ENGINE_TRY(all, source_.of_case_from(handle.streams, durable, {}));
  add_not_durable(handle, durable, all);
  handle.record = CaseRecord{build(handle.id, all.events)};
  handle.next_versions = all.next_versions;
  handle.in_snapshot_ = 0;
  return {};
}

// False, and nothing done: there is no snapshot that can be gone on from. What comes late or
// corrects what is in it needs all events at once.
bool CaseTable::fold_from_snapshot(CaseHandle& handle) const {
  Result<StoredSnapshots::Loaded> snapshot = snapshots_.load(handle.id, handle.streams);
  if (!snapshot) return false;
  const TreeSize durable = log_.head().size;
  Result<EventSource::CaseEvents> tail =
      source_.of_case_from(handle.streams, durable, snapshot->next_versions);
  if (!tail) return false;
  add_not_durable(handle, durable, *tail);
  CaseRecord record{std::move(snapshot->state)};
  for (const EventPtr& event : tail->events)
    if (record.needs_rebuild({event}) || !record.add({event}, {})) return false;
  handle.record = std::move(record);
  handle.next_versions = tail->next_versions;
  handle.in_snapshot_ = total(snapshot->next_versions);
  return true;
}

Result<std::vector<EventPtr>> CaseTable::load_events(const CaseHandle& handle) const {
  const TreeSize durable = log_.head().size;
  ENGINE_TRY(all, source_.of_case_from(handle.streams, durable, {}));
  add_not_durable(handle, durable, all);
  return std::move(all.events);
}

void CaseTable::add_not_durable(const CaseHandle& handle, TreeSize durable,
                                EventSource::CaseEvents& to) const {
  for (const EventPtr& event : handle.not_durable) {
    if (event->position.value() < durable.value()) continue;
    to.events.push_back(event);
    ++to.next_versions[lane_of(event->compartment)];
  }
}

}  // namespace stafett::bti
