#include "projections/findings/hearings.h"

namespace stafett::bti {

using enum EventType;

const Act* heard_between(const RuleView& view, Moment from, Moment to, Hearings which) {
  const Act* heard = view.last_before(to, {CHILD_HEARD});
  const Act* exempted =
      which == Hearings::exempted_too ? view.last_before(to, {CHILD_HEARING_EXEMPTED}) : nullptr;
  const Act* latest =
      !heard || (exempted && heard->moment() < exempted->moment()) ? exempted : heard;
  return latest && from < latest->moment() ? latest : nullptr;
}

const Act* window_start(const RuleView& view, const Act& evaluated) {
  const auto of_measure = [&](const Act& act) { return act.local == evaluated.local; };
  for (const EventType type : {MEASURE_EVALUATED, MEASURE_STARTED, MEASURE_PLANNED})
    if (const Act* start = view.last_before(evaluated.moment(), {type}, of_measure)) return start;
  return nullptr;
}

}  // namespace stafett::bti
