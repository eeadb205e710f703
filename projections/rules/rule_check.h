#pragma once
// What one hard rule is given, and what it answers. Internal to projections/rules.

#include <optional>
#include <string>

#include "projections/catalogue/registry.h"
#include "projections/rules/hard_rules.h"
#include "projections/state/consent.h"
#include "projections/state/references.h"

namespace stafett::bti {

struct Broken {
  std::string detail;
  std::optional<std::string> pointer = std::nullopt;
};
using Verdict = std::optional<Broken>;

// From H05 on: the type is known and the data is of its schema.
struct RuleContext {
  const Attempt& attempt;
  const Event& event;
  const CaseState* state;
  const Directory& directory;
  const Registration& actor;
  const EventInfo& info;
  const Profile& profile;  // in force on the date of the event
  const References& references;

  Moment after() const { return Moment::after_all(event.occurred_at); }
  Date day() const { return local_date(event.occurred_at); }
  ConsentStatus status(Scope scope) const {
    return ConsentView(*state, profile, directory.profiles()).status(scope, after());
  }
  bool live() const { return event.mode == Mode::live; }
};
using RuleFunction = Verdict (*)(const RuleContext&);

// rules_input.cc
Verdict no_such_case(const RuleContext& context);
Verdict case_exists(const RuleContext& context);
Verdict log_closed(const RuleContext& context);
Verdict wrong_phase(const RuleContext& context);
Verdict role_not_held(const RuleContext& context);
Verdict duplicate_id(const RuleContext& context);
Verdict unknown_ref(const RuleContext& context);
// rules_log.cc
Verdict level_too_low(const RuleContext& context);
Verdict level_not_decided(const RuleContext& context);
Verdict no_consent_to_open(const RuleContext& context);
Verdict consent_reused(const RuleContext& context);
Verdict wrong_level(const RuleContext& context);
Verdict holder_exists(const RuleContext& context);
Verdict not_you(const RuleContext& context);
Verdict offer_not_pending(const RuleContext& context);
Verdict handover_not_covered(const RuleContext& context);
Verdict measure_incomplete(const RuleContext& context);
Verdict school_duty_moved(const RuleContext& context);
Verdict measure_ended(const RuleContext& context);
// rules_correction.cc
Verdict correction_without_reason(const RuleContext& context);
Verdict correction_not_allowed(const RuleContext& context);
// rules_access.cc
Verdict period_invalid(const RuleContext& context);
Verdict transfer_not_covered(const RuleContext& context);
Verdict two_persons(const RuleContext& context);
Verdict not_a_party(const RuleContext& context);
Verdict guardian_notes_off(const RuleContext& context);
Verdict read_no_relation(const RuleContext& context);
Verdict read_not_covered(const RuleContext& context);
Verdict read_compartment_closed(const RuleContext& context);
Verdict grant_too_long(const RuleContext& context);

}  // namespace stafett::bti
