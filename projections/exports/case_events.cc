#include "projections/exports/case_events.h"

#include "projections/viewer/seen_events.h"
#include "projections/viewer/viewer_reader.h"

namespace stafett::bti {
namespace {

bool has_type(const boost::json::object& event) {
  return event.at("type").is_string();
}

Result<void> for_each_given(log::Log& log, BtiGate& gate, const CaseQuestion& question,
                            const CaseEventVisit& visit) {
  ENGINE_TRY(viewed,
             ViewerReader(log, gate).view(question.case_id, *question.viewer, question.axes));
  return for_each_seen(log, gate, *viewed, nullptr,
                       [&](const SeenEvent& seen, boost::json::object event) -> Result<void> {
                         if (seen.sight.form == Sight::Form::reported || !has_type(event))
                           return {};
                         return visit(event);
                       });
}

}  // namespace

log::PartSet facts_and_identities(EventType) {
  return log::PartSet().add(format::PartClass::fact).add(format::PartClass::identity);
}

Result<void> for_each_event(log::Log& log, BtiGate& gate, const CaseQuestion& question,
                            const CaseEventVisit& visit) {
  if (question.viewer) return for_each_given(log, gate, question, visit);
  ENGINE_TRY(record, gate.source().subject(question.case_id));
  if (!record) return Error{Errc::not_found, "no such case"};
  // Facts alone to begin with: what else an event holds is opened at its turn.
  ENGINE_TRY(recorded, gate.source().of_case_scanned(*record, log.head().size,
                                                     [](EventType) { return log::PartSet(); }));
  const BookLabels labels{gate.labels()};
  for (const EventPtr& event : recorded) {
    if (!question.axes.known.includes(*event) || event->occurred_at > question.axes.as_of) continue;
    ENGINE_TRY(opened, log.opener().open(event->position));
    ENGINE_TRY(json, recorded_json(opened, gate, labels));
    if (has_type(json)) ENGINE_TRY_VOID(visit(json));
  }
  return {};
}

}  // namespace stafett::bti
