#include "projections/exports/audit_trail.h"

#include <algorithm>

#include "engine/base/encoding.h"
#include "projections/gate/directory_source.h"
#include "projections/state/case_build.h"
#include "projections/state/wire.h"

namespace stafett::bti {

using schema::EventType;

namespace {

bool is_audit(EventType type) {
  return type == EventType::AUDIT_ACCESS_GRANTED || type == EventType::AUDIT_ACCESS_APPROVED ||
         type == EventType::AUDIT_EXPORT_MADE;
}

}  // namespace

Result<AuditTrail> AuditTrail::of(log::Log& log, BtiGate& gate, const Axes& axes) {
  AuditTrail trail{log, gate, axes};
  ENGINE_TRY(size, size_known(log, axes.known));
  ENGINE_TRY(directory, gate.directory_known(size));
  trail.directory_ = std::move(directory);
  ENGINE_TRY_VOID(gate.source().of_stream(log.streams().audit, [&](EventPtr event) -> Result<void> {
    if (event && is_audit(event->type) && trail.asks_for(*event))
      trail.audits_.push_back(std::move(event));
    return {};
  }));
  return trail;
}

bool AuditTrail::covers(const Event& event, const SubjectId& case_id) const {
  if (event.type == EventType::AUDIT_EXPORT_MADE) {
    for (const auto one : event.identities<schema::AuditExportMade>().getCases())
      if (id_of<SubjectId>(one) == case_id) return true;
    return false;
  }
  const AuditGrant::Version* version =
      event.type == EventType::AUDIT_ACCESS_GRANTED
          ? directory_->grant_version(event.id)
          : directory_->grant_version(
                event_of(event.facts<schema::AuditAccessApproved>().getTarget()));
  return version && (version->all_cases || std::ranges::binary_search(version->cases, case_id));
}

Result<void> AuditTrail::for_each(const SubjectId& case_id, const CaseEventVisit& visit) const {
  ENGINE_TRY(record, gate_.source().subject(case_id));
  if (!record) return Error{Errc::not_found, "no such case"};
  ENGINE_TRY(recorded,
             gate_.source().of_case_scanned(*record, log_.head().size, facts_and_identities));
  const BookLabels labels{gate_.labels()};
  AuditedCase of{log_.origin(), labels.case_id(case_id), {}, to_hex(case_id.view())};
  // Whom the case is of does not depend on what was asked about.
  const CaseState state = build(case_id, recorded);
  if (state.raised) of.subject = labels.person(state.subject);

  std::vector<Position> positions;
  for (const EventPtr& event : recorded)
    if (event->compartment == Compartment::access && asks_for(*event))
      positions.push_back(event->position);
  for (const EventPtr& event : audits_)
    if (covers(*event, case_id)) positions.push_back(event->position);
  std::ranges::sort(positions);
  for (const Position position : positions) {
    ENGINE_TRY(opened, log_.opener().open(position));
    ENGINE_TRY(json, recorded_json(opened, gate_, labels));
    const boost::json::string* type = json.at("type").if_string();
    if (type && is_access_event(std::string_view{*type}))
      ENGINE_TRY_VOID(visit(audit_event(json, of)));
  }
  return {};
}

}  // namespace stafett::bti
