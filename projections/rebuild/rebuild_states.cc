#include "projections/rebuild/rebuild_states.h"

#include <atomic>

#include "projections/rebuild/folded_parts.h"
#include "projections/state/case_build.h"

namespace stafett::bti {
namespace {

struct Totals {
  std::atomic<std::uint64_t> cases{0}, built_anew{0};
};

// Folds the events of its share of the cases.
class StateSink final : public CaseSink {
 public:
  StateSink(const RebuildPlace& place, std::size_t slot_count, Totals& totals,
            const std::function<void(CaseState)>& visit)
      : place_(place), totals_(totals), visit_(visit), slots_(slot_count) {}

  Result<void> add(std::uint32_t number, const SubjectId& case_id,
                   const TimelineEvent& event) override {
    Slot& slot = slots_[number];
    if (slot.build_anew) return {};
    if (!slot.record) slot.record = std::make_unique<CaseRecord>(case_id);
    if (slot.record->needs_rebuild(event)) {
      slot.build_anew = true;
      return {};
    }
    return slot.record->add(event, {});
  }

  Result<void> reached(TreeSize size) override {
    for (Slot& one : slots_) {
      if (!one.record) continue;
      const Slot slot = std::exchange(one, Slot{});
      ++totals_.cases;
      if (!slot.build_anew) {
        visit_(slot.record->state());
        continue;
      }
      ++totals_.built_anew;
      ENGINE_TRY(state, build_anew(slot.record->state().id, size));
      visit_(std::move(state));
    }
    return {};
  }

 private:
  struct Slot {
    std::unique_ptr<CaseRecord> record;
    bool build_anew = false;
  };

  Result<CaseState> build_anew(const SubjectId& id, TreeSize size) const {
    ENGINE_TRY(record, place_.source.subject(id));
    if (!record) return Error{Errc::corrupt, "a case without its index row"};
    ENGINE_TRY(events, place_.source.of_case_scanned(*record, size, folded_parts));
    return build(id, events);
  }

  const RebuildPlace& place_;
  Totals& totals_;
  const std::function<void(CaseState)>& visit_;
  std::vector<Slot> slots_;
};

}  // namespace

Result<RebuildReport> rebuild_states(const RebuildPlace& place, const ScanPace& pace,
                                     const std::function<void(CaseState)>& visit) {
  Totals totals;
  CaseScan scan;
  scan.end = place.reads.size();
  scan.pace = pace;
  scan.parts_of = folded_parts;
  ENGINE_TRY_VOID(scan_cases(place, scan, [&](std::size_t slot_count) {
    return std::make_unique<StateSink>(place, slot_count, totals, visit);
  }));
  return RebuildReport{scan.end.value(), totals.cases, totals.built_anew};
}

}  // namespace stafett::bti
