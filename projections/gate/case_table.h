#pragma once
// CaseTable: the cases in use: keys, streams and rule state, loaded once, evicted when unused. A
// case that took many events since its snapshot leaves a new one behind (stored_snapshot.h), so
// that its next load folds what came after it and no more.
//
// Threads:  acquire() from any thread. A CaseHandle's fields are guarded by its mutex; only the
//           sequencer changes them after loading.
// Limits:   kCasesMax cases beside those held.

#include <list>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "projections/gate/snapshot_queue.h"
#include "projections/gate/stored_snapshot.h"
#include "projections/state/case_build.h"

namespace stafett::bti {

struct CaseHandle {
  explicit CaseHandle(const SubjectId& case_id) : id(case_id), record(case_id) {}

  const SubjectId id;
  std::mutex mutex;
  log::SubjectRecord streams;                  // content and access domain, streams begun
  std::array<StreamId, kCaseLanes> planned{};  // ids that streams not yet begun will get
  bool recorded = false;                       // the case has events
  bool erased = false;                         // no event of it is accepted, nothing is loaded
  CaseRecord record;                           // state after every accepted event
  LaneVersions next_versions{};                // of every accepted event
  std::vector<EventPtr> not_durable;           // accepted, maybe not in the database yet
  bool usable = true;  // false: a fold failed to load what it needed; reload from the log

  // The id of a compartment's stream, begun or planned.
  const StreamId& stream(std::uint8_t lane) const {
    return streams.streams[lane].is_zero() ? planned[lane] : streams.streams[lane];
  }

 private:
  friend class CaseTable;
  bool loaded_ = false;            // Guarded by mutex, as all below.
  std::uint64_t in_snapshot_ = 0;  // events that the snapshot covers which served the last load
};
using CasePtr = std::shared_ptr<CaseHandle>;

class CaseTable final {
 public:
  static constexpr std::size_t kCasesMaxDefault = 80'000;  // estimated 5 KiB each, at 40 events,
                                                           // and as much of those being read
  // A case that leaves with as many events after its snapshot gets a new one.
  static constexpr std::uint64_t kSnapshotEvents = 16;

  CaseTable(log::Log& log, const EventSource& source, std::size_t cases_max = kCasesMaxDefault)
      : log_(log), source_(source), snapshots_(log), cases_max_(cases_max) {}

  // Loads the case, or prepares a new one with keys of its own. Errors: io, corrupt.
  Result<CasePtr> acquire(const SubjectId& case_id);
  // The case if it is in use and has events; null else.
  CasePtr find(const SubjectId& case_id);

  // For erasure: no event of the case is accepted from here on, and its state is forgotten; what
  // was accepted may not be durable yet.
  void close(const SubjectId& case_id);
  // As it is in the log again.
  void reopen(const SubjectId& case_id);

  // Every event of the case that has been accepted. REQUIRES: the handle's mutex is held.
  Result<std::vector<EventPtr>> load_events(const CaseHandle& handle) const;

  // Adds index rows of cases that left the table: they go in with any event.
  void take_snapshots(std::vector<storage::IndexRow>& rows) { snapshot_rows_.take(rows); }

 private:
  using Order = std::list<CasePtr>;
  CasePtr find_or_make(const SubjectId& case_id);
  Result<void> load(CaseHandle& handle);
  Result<bool> is_erased(const CaseHandle& handle) const;
  Result<void> fold_all(CaseHandle& handle) const;
  bool fold_from_snapshot(CaseHandle& handle) const;
  void add_not_durable(const CaseHandle& handle, TreeSize durable,
                       EventSource::CaseEvents& to) const;
  void evict(std::vector<CasePtr>& to_keep);
  void keep_snapshot(const CaseHandle& handle);

  log::Log& log_;
  const EventSource& source_;
  const StoredSnapshots snapshots_;
  SnapshotQueue snapshot_rows_;
  const std::size_t cases_max_;
  std::mutex mutex_;
  Order order_;                                                   // Guarded; front = newest.
  std::unordered_map<SubjectId, Order::iterator, IdHash> cases_;  // Guarded.
};

}  // namespace stafett::bti
