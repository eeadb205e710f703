#include "projections/findings/measures.h"

#include <set>

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
  // Imports may start again what had ended.
  const Act* latest = view.last_before(
      place, {MEASURE_STARTED, MEASURE_ENDED, MEASURE_EVALUATED}, [&](const Act& act) {
        return since(act) && (act.type == MEASURE_STARTED || ends_measure(act));
      });
  then.ended = latest && ends_measure(*latest);
  return then;
}

namespace {

bool planned_before(const RuleView& view, const Act& started) {
  return view.last_before(started.moment(), {MEASURE_PLANNED}, [&](const Act& planned) {
    return planned.local == started.local;
  }) != nullptr;
}

}  // namespace

bool ends_measure(const Act& act) {
  return act.type == MEASURE_ENDED ||
         (act.type == MEASURE_EVALUATED &&
          static_cast<schema::Decision>(act.word) == schema::Decision::END);
}

std::optional<std::int32_t> all_measures_ended(const RuleView& view, Moment place) {
  std::set<NameNo> open;
  const auto follow = [&](const Act& act) {
    if (act.type == MEASURE_PLANNED || (act.type == MEASURE_STARTED && planned_before(view, act)))
      open.insert(act.local);
    else if (ends_measure(act))
      open.erase(act.local);
  };
  const auto acts = view.acts();
  auto next = acts.begin();
  for (; next != acts.end() && next->moment() < place; ++next) follow(*next);
  if (open.empty()) return std::nullopt;
  for (; next != acts.end(); ++next) {
    follow(*next);
    if (open.empty()) return next->day;
  }
  return kNoDate;
}

}  // namespace stafett::bti
