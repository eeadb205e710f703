#include "projections/review/review_log.h"

#include <algorithm>
#include <mutex>
#include <set>

#include "projections/findings/case_tracker.h"
#include "projections/findings/evaluate.h"
#include "projections/rebuild/each_case.h"
#include "projections/rebuild/folded_parts.h"

namespace stafett::bti {
namespace {

constexpr std::uint32_t kCasesAtOnce = 25'000;

// Who read a case may outlast what it held.
bool is_erased(std::span<const EventPtr> events) {
  return std::ranges::all_of(
      events, [](const EventPtr& event) { return event->compartment == Compartment::access; });
}

class Collected final {
 public:
  explicit Collected(DatePeriod period) : tally_(period) {}
  void add(CaseReview review) {
    const std::lock_guard lock{mutex_};
    tally_.add(std::move(review));
  }
  void add_erased(const SubjectId& id) {
    const std::lock_guard lock{mutex_};
    erased_.insert(id);
  }
  void add_damaged(const SubjectId& id, const Error& error) {
    const std::lock_guard lock{mutex_};
    tally_.add_damaged(id, error.detail());
  }
  // Once, when nobody adds any more.
  ReviewTally take() {
    for (std::size_t i = 0; i < erased_.size(); ++i) tally_.add_erased();
    return std::move(tally_);
  }

 private:
  std::mutex mutex_;
  ReviewTally tally_;           // Guarded by mutex_, as the next.
  std::set<SubjectId> erased_;  // each once, whatever told of it
};

void add_case(const ReviewedLog& log, const SubjectId& id, std::span<const EventPtr> events,
              Collected& collected) {
  if (is_erased(events)) return collected.add_erased(id);
  collected.add(review_case(id, track_of(id, events, log.directory, {}, log.as_of), log.period));
}

// Of most not even a read is left, so that no scan meets them.
bool is_gone(const log::ErasureRecord& erasure) {
  return erasure.done && (erasure.all() & log::ErasureRecord::kContent) != 0;
}
Result<void> add_gone(const ReviewedLog& log, Collected& collected) {
  return log.place.index.for_each_erasure(
      [&](const log::ErasureRecord& erasure) -> Result<storage::Scan> {
        if (is_gone(erasure)) collected.add_erased(erasure.subject);
        return storage::Scan::more;
      });
}

// Keeps the tracks of its share of the cases until the scan is over.
class ReviewSink final : public CaseSink {
 public:
  ReviewSink(const ReviewedLog& log, std::size_t slot_count, Collected& collected)
      : log_(log), collected_(collected), slots_(slot_count) {}

  Result<void> add(std::uint32_t number, const SubjectId& id, const TimelineEvent& next) override {
    Slot& slot = slots_[number];
    slot.id = id;
    if (next.event->compartment != Compartment::access) slot.has_content = true;
    if (slot.build_anew) return {};
    // What comes to be before its time by a correction is read once more.
    if (next.event->type == EventType::ENTRY_CORRECTED && !next.settled) {
      slot.build_anew = true;
      slot.tracker.reset();
      return {};
    }
    if (next.event->occurred_at > log_.as_of) return {};
    if (!slot.tracker) slot.tracker = std::make_unique<CaseTracker>(id, log_.directory);
    if (slot.tracker->needs_all(next)) {
      slot.build_anew = true;
      slot.tracker.reset();
      return {};
    }
    slot.tracker->add(next);
    return {};
  }

  Result<void> reached(TreeSize) override {
    for (Slot& one : slots_) {
      const Slot slot = std::exchange(one, Slot{});
      if (slot.id.is_zero()) continue;
      if (!slot.has_content) {
        collected_.add_erased(slot.id);
      } else if (slot.build_anew) {
        ENGINE_TRY_VOID(build_anew(slot.id));
      } else if (slot.tracker) {
        collected_.add(review_case(slot.id, slot.tracker->track(), log_.period));
      }
    }
    return {};
  }

 private:
  struct Slot {
    SubjectId id;
    std::unique_ptr<CaseTracker> tracker;  // null: nothing of it has happened by then
    bool has_content = false;
    bool build_anew = false;
  };

  Result<void> build_anew(const SubjectId& id) const {
    ENGINE_TRY(record, log_.place.source.subject(id));
    if (!record) return Error{Errc::corrupt, "a case without its index row"};
    ENGINE_TRY(events, log_.place.source.of_case_scanned(*record, log_.size, folded_parts));
    add_case(log_, id, events, collected_);
    return {};
  }

  const ReviewedLog& log_;
  Collected& collected_;
  std::vector<Slot> slots_;
};

Result<ReviewTally> scanned(const ReviewedLog& log) {
  Collected collected{log.period};
  CaseScan scan;
  scan.end = log.size;
  scan.cases_max = kCasesAtOnce;
  scan.parts_of = folded_parts;
  ENGINE_TRY_VOID(scan_cases(log.place, scan, [&](std::size_t slot_count) {
    return std::make_unique<ReviewSink>(log, slot_count, collected);
  }));
  ENGINE_TRY_VOID(add_gone(log, collected));
  return collected.take();
}

// Slower; one that is damaged does not stop the others.
Result<ReviewTally> one_by_one(const ReviewedLog& log) {
  Collected collected{log.period};
  ENGINE_TRY_VOID(for_each_case(
      log.place, log.size, 0,
      [&](const SubjectId& id, const std::vector<EventPtr>& events) -> Result<void> {
        add_case(log, id, events, collected);
        return {};
      },
      [&](const SubjectId& id, const Error& error) -> Result<void> {
        collected.add_damaged(id, error);
        return {};
      }));
  ENGINE_TRY_VOID(add_gone(log, collected));
  return collected.take();
}

Result<ReviewTally> named(const ReviewedLog& log, const std::vector<SubjectId>& only) {
  Collected collected{log.period};
  for (const SubjectId& id : only) {
    ENGINE_TRY(erasure, log.place.index.erasure(id));
    if (erasure && is_gone(*erasure)) {
      collected.add_erased(id);
      continue;
    }
    ENGINE_TRY(record, log.place.source.subject(id));
    if (!record) continue;  // never begun
    const auto events = log.place.source.of_case_scanned(*record, log.size, folded_parts);
    if (events)
      add_case(log, id, *events, collected);
    else if (events.error().code() == Errc::corrupt)
      collected.add_damaged(id, events.error());
    else
      return events.error();
  }
  return collected.take();
}

}  // namespace

Result<ReviewTally> review_log(const ReviewedLog& log,
                               const std::optional<std::vector<SubjectId>>& only) {
  if (only) return named(log, *only);
  Result<ReviewTally> all = scanned(log);
  if (all || all.error().code() != Errc::corrupt) return all;
  return one_by_one(log);
}

Result<CaseTrack> track_in_log(const ReviewedLog& log, const SubjectId& id) {
  ENGINE_TRY(record, log.place.source.subject(id));
  if (!record) return Error{Errc::not_found, "no such case"};
  ENGINE_TRY(events, log.place.source.of_case_scanned(*record, log.size, folded_parts));
  if (is_erased(events)) return Error{Errc::erased, "the case is erased"};
  return track_of(id, events, log.directory, {}, log.as_of);
}

}  // namespace stafett::bti
