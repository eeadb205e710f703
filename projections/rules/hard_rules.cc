#include "projections/rules/hard_rules.h"

#include <array>
#include <string>

#include "engine/base/check.h"
#include "projections/rules/rule_check.h"
#include "projections/state/wire.h"

namespace stafett::bti {

using schema::Role;

namespace {

constexpr std::int64_t kAheadUsMax = 5LL * 60 * 1'000'000;

// In which modes a rule is checked.
constexpr unsigned kLive = 1, kPaper = 2, kImported = 4;
constexpr unsigned kAll = kLive | kPaper | kImported;
constexpr unsigned bit_of(Mode mode) {
  return 1u << static_cast<unsigned>(mode);
}

struct Rule {
  std::uint8_t number;
  const char* id;
  const char* code;
  unsigned modes;
  RuleFunction broken;
};
// Some rules check a part of what they say in all modes: they ask for the mode themselves.
constexpr std::array kRules = {
    Rule{5, "H05", "no-such-case", kAll, no_such_case},
    Rule{6, "H06", "case-exists", kAll, case_exists},
    Rule{7, "H07", "log-closed", kLive, log_closed},
    Rule{8, "H08", "wrong-phase", kLive, wrong_phase},
    Rule{9, "H09", "role-not-held", kLive, role_not_held},
    Rule{10, "H10", "duplicate-id", kAll, duplicate_id},
    Rule{11, "H11", "unknown-ref", kAll, unknown_ref},
    Rule{12, "H12", "level-too-low", kLive, level_too_low},
    Rule{13, "H13", "level-not-decided", kLive, level_not_decided},
    Rule{14, "H14", "no-consent-to-open", kLive, no_consent_to_open},
    Rule{15, "H15", "consent-reused", kLive, consent_reused},
    Rule{16, "H16", "wrong-level", kLive, wrong_level},
    Rule{17, "H17", "holder-exists", kLive, holder_exists},
    Rule{18, "H18", "not-you", kLive, not_you},
    Rule{19, "H19", "offer-not-pending", kLive, offer_not_pending},
    Rule{20, "H20", "handover-not-covered", kLive, handover_not_covered},
    Rule{21, "H21", "measure-incomplete", kLive, measure_incomplete},
    Rule{22, "H22", "school-duty-moved", kLive, school_duty_moved},
    Rule{23, "H23", "measure-ended", kLive, measure_ended},
    Rule{24, "H24", "period-invalid", kAll, period_invalid},
    Rule{25, "H25", "correction-without-reason", kLive, correction_without_reason},
    Rule{26, "H26", "correction-not-allowed", kAll, correction_not_allowed},
    Rule{27, "H27", "transfer-not-covered", kLive, transfer_not_covered},
    Rule{28, "H28", "two-persons", kAll, two_persons},
    Rule{29, "H29", "not-a-party", kLive, not_a_party},
    Rule{30, "H30", "guardian-notes-off", kLive, guardian_notes_off},
    Rule{31, "H31", "read-no-relation", kLive, read_no_relation},
    Rule{32, "H32", "read-not-covered", kLive, read_not_covered},
    Rule{33, "H33", "read-compartment-closed", kLive, read_compartment_closed},
    Rule{34, "H34", "grant-too-long", kAll, grant_too_long},
};

// H01-H03 ask nothing of the type, so they come before the schema is judged.
std::optional<Refusal> refused_before_schema(const Event& event, const Registration* actor,
                                             const Directory& directory) {
  if (!actor || !actor->active)
    return Refusal{1, "H01", "unknown-actor", "the actor is not registered, or not active",
                   "/actor"};
  const auto mode_refused = [](const char* detail) {
    return Refusal{2, "H02", "mode-not-allowed", detail, "/mode"};
  };
  if (event.mode == Mode::paper_backfill) {
    if (!actor->roles.any_of({Role::EMPLOYEE, Role::LEADER, Role::ARCHIVIST, Role::ADMIN}))
      return mode_refused("paper logs are entered by employees, archivists and administrators");
    const Profile& profile = directory.profiles().in_force(local_date(event.occurred_at)).profile;
    if (!profile.manual_log_allowed) return mode_refused("manualLogAllowed is false");
  }
  if (event.mode == Mode::imported && !actor->roles.any_of({Role::ADMIN, Role::SYSTEM}))
    return mode_refused("imports are made by administrators and systems");
  if (event.occurred_at.value() > event.recorded_at.value() + kAheadUsMax)
    return Refusal{3, "H03", "occurred-in-future",
                   "occurredAt is more than 5 minutes after recordedAt", "/occurredAt"};
  return std::nullopt;
}

}  // namespace

std::optional<Refusal> judge(const Attempt& attempt, const CaseState* state,
                             const Directory& directory) {
  const Event& event = attempt.event;
  const Registration* actor = directory.person(event.actor);
  if (auto refusal = refused_before_schema(event, actor, directory)) return refusal;
  const SchemaFault* fault = attempt.fault;
  if (fault && fault->kind == SchemaFault::Kind::schema)
    return Refusal{4, "H04", "schema-invalid", fault->detail, fault->pointer};
  const EventInfo* info = registry().find(event.type);
  CHECK(info != nullptr);  // an unknown type has a schema fault
  const References references = references_of(event);
  const Profile& profile = directory.profiles().in_force(local_date(event.occurred_at)).profile;
  const RuleContext context{attempt, event, state, directory, *actor, *info, profile, references};
  for (const Rule& rule : kRules) {
    if ((rule.modes & bit_of(event.mode)) == 0) continue;
    if (Verdict broken = rule.broken(context))
      return Refusal{rule.number, rule.id, rule.code, std::move(broken->detail),
                     std::move(broken->pointer)};
  }
  return std::nullopt;
}

}  // namespace stafett::bti
