// H05-H11: the case, its phase, who may record, and what the data refers to.

#include "projections/rules/roles.h"
#include "projections/rules/rule_check.h"
#include "projections/state/wire.h"

namespace stafett::bti {
namespace {

bool is_case_type(const RuleContext& context) {
  return context.info.stream == StreamKind::case_;
}
bool case_has_events(const RuleContext& context) {
  return context.state && !context.state->index.empty();
}

std::string pointer_to(std::string_view field, int item) {
  std::string out = "/data/";
  out += field;
  if (item >= 0) out += "/" + std::to_string(item);
  return out;
}

Verdict unknown(std::string_view field, int item, const char* detail) {
  return Broken{detail, pointer_to(field, item)};
}

// References of most types must be to what was there when the event happened.
bool asks_for_order(const RuleContext& context) {
  return (is_case_type(context) && context.event.type != EventType::ENTRY_CORRECTED) ||
         context.event.type == EventType::BREAK_GLASS_APPROVED ||
         context.event.type == EventType::AUDIT_ACCESS_APPROVED;
}

Verdict unknown_local_id(const RuleContext& context, const LocalIdUse& use) {
  if (use.use != IdUse::refers) return std::nullopt;
  const LocalId* found = context.state ? context.state->find_id(use.kind, use.id) : nullptr;
  if (!found) return unknown(use.field, use.item, "no such id in this case");
  if (asks_for_order(context) && found->created > context.event.occurred_at)
    return unknown(use.field, use.item, "the id was created later than this happened");
  return std::nullopt;
}

Verdict unknown_grant(const RuleContext& context, const EventUse& use) {
  const AuditGrant::Version* granted = context.directory.grant_version(use.id);
  if (!granted) return unknown(use.field, use.item, "no AuditAccessGranted has this id");
  if (granted->at.at > context.event.occurred_at)
    return unknown(use.field, use.item, "the grant was given later than this happened");
  return std::nullopt;
}

Verdict unknown_event(const RuleContext& context, const EventUse& use) {
  if (context.event.type == EventType::AUDIT_ACCESS_APPROVED) return unknown_grant(context, use);
  struct Found {
    EventType type;
    TimeUs occurred_at;
  };
  std::optional<Found> found;
  if (context.state)
    if (const EventRef* indexed = context.state->find_event(use.id))
      found = {indexed->type, indexed->occurred_at};
  if (!found && context.attempt.find_access_event)
    if (const EventPtr access = context.attempt.find_access_event(use.id))
      found = {access->type, access->occurred_at};
  if (!found) return unknown(use.field, use.item, "no such event in this case");
  if (context.event.type == EventType::BREAK_GLASS_APPROVED &&
      found->type != EventType::BREAK_GLASS_USED)
    return unknown(use.field, use.item, "the event is no BreakGlassUsed");
  if (asks_for_order(context) && found->occurred_at > context.event.occurred_at)
    return unknown(use.field, use.item, "the event happened later than this");
  return std::nullopt;
}

Verdict unknown_profile_version(const RuleContext& context) {
  if (context.event.type == EventType::PROFILE_PROPOSED) {
    const auto version = context.event.facts<schema::ProfileProposed>().getVersion();
    if (version != context.directory.approved_version() + 1)
      return Broken{"the version is not the last approved one plus 1", "/data/version"};
  }
  if (context.event.type == EventType::PROFILE_APPROVED) {
    const auto& proposal = context.directory.proposal();
    if (!proposal ||
        proposal->version != context.event.facts<schema::ProfileApproved>().getVersion())
      return Broken{"no proposal of this version waits for approval", "/data/version"};
  }
  return std::nullopt;
}

}  // namespace

Verdict no_such_case(const RuleContext& context) {
  if (case_has_events(context)) return std::nullopt;
  const bool needs_case =
      context.info.stream == StreamKind::access ||
      (context.live() && is_case_type(context) && context.event.type != EventType::CONCERN_RAISED);
  if (!needs_case) return std::nullopt;
  return Broken{"the case has no events", "/case"};
}

Verdict case_exists(const RuleContext& context) {
  if (context.event.type != EventType::CONCERN_RAISED || !context.state || !context.state->raised)
    return std::nullopt;
  return Broken{"the case has a ConcernRaised", "/case"};
}

Verdict log_closed(const RuleContext& context) {
  const PhaseSet& phases = context.info.phases;
  if (!context.state || phases.empty()) return std::nullopt;
  const Phase phase = context.state->phase;
  if ((phase != Phase::closed && phase != Phase::archived) || phases.has(PhaseWord::after))
    return std::nullopt;
  return Broken{"the log is closed"};
}

Verdict wrong_phase(const RuleContext& context) {
  const PhaseSet& phases = context.info.phases;
  if (phases.empty()) return std::nullopt;
  PhaseWord now = PhaseWord::start;
  switch (context.state ? context.state->phase : Phase::none) {
    case Phase::none:
      break;
    case Phase::clarifying:
    case Phase::consenting:
      now = PhaseWord::pre;
      break;
    case Phase::active:
      now = PhaseWord::open;
      break;
    case Phase::closed:
    case Phase::archived:
      now = PhaseWord::after;
      break;
    case Phase::ended:
      now = PhaseWord::ended;
      break;
  }
  if (phases.has(now)) return std::nullopt;
  return Broken{"the type is not allowed in this phase of the case"};
}

Verdict role_not_held(const RuleContext& context) {
  if (may_record({context.event, context.info, context.state, context.actor,
                  context.attempt.find_access_event}))
    return std::nullopt;
  return Broken{"the actor may not record this type in this case"};
}

Verdict duplicate_id(const RuleContext& context) {
  if (!context.state) return std::nullopt;
  for (const LocalIdUse& use : context.references.local_ids)
    if (use.use == IdUse::creates && context.state->find_id(use.kind, use.id))
      return Broken{"the id exists already in this case", pointer_to(use.field, use.item)};
  return std::nullopt;
}

Verdict unknown_ref(const RuleContext& context) {
  for (const LocalIdUse& use : context.references.local_ids)
    if (Verdict broken = unknown_local_id(context, use)) return broken;
  for (const EventUse& use : context.references.events)
    if (Verdict broken = unknown_event(context, use)) return broken;
  for (const ServiceUse& use : context.references.services)
    if (!context.directory.has_service(use.name))
      return unknown(use.field, use.item, "no such service is registered");
  return unknown_profile_version(context);
}

}  // namespace stafett::bti
