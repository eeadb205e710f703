#pragma once
// A measure as it stood at a place in the timeline.
//
// Pure. Threads: any.

#include <optional>

#include "projections/findings/rule_view.h"

namespace stafett::bti {

struct MeasureThen {
  const Act* planned = nullptr;
  NameNo service = kNoName;
  ActorId responsible;  // zero: nobody
  bool ended = false;
};

// Before `place`; empty when it had not been planned.
std::optional<MeasureThen> measure_at(const RuleView& view, NameNo measure, Moment place);
// The measure that the act is about, before it.
inline std::optional<MeasureThen> measure_at(const RuleView& view, const Act& act) {
  return measure_at(view, act.local, act.moment());
}

// The act ends its measure.
bool ends_measure(const Act& act);
// The day on which no measure was left open, seen from `place` on; kNoDate: not yet. Empty: none is
// open at `place`.
std::optional<std::int32_t> all_measures_ended(const RuleView& view, Moment place);

}  // namespace stafett::bti
