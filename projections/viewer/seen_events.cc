#include "projections/viewer/seen_events.h"

#include <array>

#include "projections/recorder/json_event.h"
#include "projections/viewer/reported.h"
#include "projections/viewer/seen_json.h"

namespace stafett::bti {

using format::PartClass;

log::Opening opening_of(ClassSet classes, log::PartWatch* watch) {
  log::Opening opening;
  opening.parts = {};
  if (classes.has_fact()) opening.parts.add(PartClass::fact);
  if (classes.has_narrative()) opening.parts.add(PartClass::narrative);
  if (classes.has_identity()) opening.parts.add(PartClass::identity);
  opening.watch = watch;
  return opening;
}

Result<void> for_each_seen(log::Log& log, BtiGate& gate, const ViewedCase& viewed,
                           log::PartWatch* watch, const SeenEventVisit& visit) {
  const BookLabels labels{gate.labels()};
  const SeenNames names{labels, viewed};
  const ConsumerNames consumer{log.index(), viewed.question().viewer, viewed.case_id()};
  std::array<std::uint64_t, kCaseLanes> versions{};
  for (const SeenEvent& seen : viewed.seen()) {
    const ClassSet classes = seen.sight.classes;
    ENGINE_TRY(opened, log.opener().open(seen.event->position, opening_of(classes, watch)));
    ENGINE_TRY(json, recorded_json(opened, gate.source(), names, not_given(classes)));
    if (seen.sight.form == Sight::Form::reported) {
      boost::json::object data;
      if (boost::json::object* given = json["data"].if_object()) data = std::move(*given);
      ENGINE_TRY_VOID(visit(seen, reported_event(seen, std::move(data), viewed, consumer)));
      continue;
    }
    limit_event(json, seen, versions[lane_of(seen.event->compartment)]++, viewed);
    ENGINE_TRY_VOID(visit(seen, std::move(json)));
  }
  return {};
}

}  // namespace stafett::bti
