#pragma once
// AuditTrail: the access log of a case for an export: its reads, refused reads, emergency accesses
// and reviews, with the auditors' grants and exports that cover it, by position.
//
// Source:   docs/formats/export-fhir.md
// Threads:  one at a time.
// Lifetime: log and gate outlive it.
// Limits:   the facts and identities of one case in memory, and of all grants and exports.

#include <vector>

#include "projections/exports/case_events.h"
#include "projections/exports/fhir_audit.h"
#include "projections/state/directory.h"

namespace stafett::bti {

class AuditTrail final {
 public:
  // `axes`: what is known, up to when it happened. Errors: corrupt, io.
  static Result<AuditTrail> of(log::Log& log, BtiGate& gate, const Axes& axes);

  // Each as a FHIR AuditEvent. Errors: not_found (no such case), corrupt, io; the visit's.
  Result<void> for_each(const SubjectId& case_id, const CaseEventVisit& visit) const;

 private:
  AuditTrail(log::Log& log, BtiGate& gate, const Axes& axes)
      : log_(log), gate_(gate), axes_(axes) {}
  bool asks_for(const Event& event) const {
    return axes_.known.includes(event) && event.occurred_at <= axes_.as_of;
  }
  bool covers(const Event& event, const SubjectId& case_id) const;

  log::Log& log_;
  BtiGate& gate_;
  const Axes axes_;
  std::shared_ptr<const Directory> directory_;
  std::vector<EventPtr> audits_;  // grants, approvals, exports, by position
};

}  // namespace stafett::bti
