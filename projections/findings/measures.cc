#include "projections/findings/measures.h"

namespace stafett::bti {

using enum EventType;

std::optional<MeasureThen> measure_at(const RuleView& view, NameNo measure, Moment place) {
  const auto of_measure = [&](const Act& act) { return act.local == measure; };
  const Act* planned = view.last_before(place, {MEASURE_PLANNED}, of_measure);
  if (!planned) return std::nullopt;
  MeasureThen then{planned, planned->service, planned->person, false};
  // What comes before the planning changes nothing: the fold did not hold the measure then.
  const auto since = [&](const Act& act) {
    return of_measure(act) && planned->moment() < act.moment();
  };
  if (const Act* moved = view.last_before(place, {MEASURE_CHANGED}, [&](const Act& act) {
        return since(act) && act.service != kNoName;
      }))
    then.service = moved->service;
  if (const Act* given = view.last_before(place, {MEASURE_CHANGED}, [&](const Act& act) {
        return since(act) && !act.person.is_zero();
      }))
    then.responsible = given->person;
  const Act* end = measure_end(view, measure, planned->moment());
  then.ended = end && end->moment() < place;
  return then;
}

bool ends_measure(const Act& act) {
  return act.type == MEASURE_ENDED ||
         (act.type == MEASURE_EVALUATED &&
          static_cast<schema::Decision>(act.word) == schema::Decision::END);
}

const Act* measure_end(const RuleView& view, NameNo measure, Moment place) {
  return view.first_after(place, {MEASURE_ENDED, MEASURE_EVALUATED}, [&](const Act& act) {
    return act.local == measure && ends_measure(act);
  });
}

}  // namespace stafett::bti
