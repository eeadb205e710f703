// H24, H27-H34: periods, second persons, parties, reading, grants.

#include "projections/rules/basis.h"
#include "projections/rules/roles.h"
#include "projections/rules/rule_check.h"
#include "projections/rules/visibility.h"
#include "projections/state/wire.h"

namespace stafett::bti {

using schema::Role;

namespace {

constexpr std::int64_t kGlassUsMax = 24LL * 60 * 60 * 1'000'000;

bool backwards(std::int32_t from, std::int32_t to) {
  return from != kNoDate && to != kNoDate && to < from;
}

}  // namespace

Verdict period_invalid(const RuleContext& context) {
  const Event& event = context.event;
  switch (event.type) {
    case EventType::CONSENT_GRANTED: {
      const auto facts = event.facts<schema::ConsentGranted>();
      if (backwards(facts.getFrom(), facts.getTo()))
        return Broken{"`to` lies before `from`", "/data/to"};
      return std::nullopt;
    }
    case EventType::AUDIT_ACCESS_GRANTED: {
      const auto facts = event.facts<schema::AuditAccessGranted>();
      if (backwards(facts.getFrom(), facts.getTo()))
        return Broken{"`to` lies before `from`", "/data/to"};
      return std::nullopt;
    }
    case EventType::CONCERN_CONCRETISED: {
      const auto facts = event.facts<schema::ConcernConcretised>();
      if (backwards(facts.getPeriodFrom(), facts.getPeriodTo()))
        return Broken{"`periodTo` lies before `periodFrom`", "/data/periodTo"};
      return std::nullopt;
    }
    case EventType::PROFILE_PROPOSED:
      if (event.facts<schema::ProfileProposed>().getEffectiveFrom() < context.day().days())
        return Broken{"a profile does not come into force before it is proposed",
                      "/data/effectiveFrom"};
      return std::nullopt;
    case EventType::PROFILE_APPROVED:
      if (const auto& proposal = context.directory.proposal();
          proposal && proposal->effective_from < context.day().days())
        return Broken{"a profile does not come into force before it is approved"};
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

Verdict transfer_not_covered(const RuleContext& context) {
  if (context.event.type != EventType::TRANSFER_OFFERED || !context.profile.transfer_needs_consent)
    return std::nullopt;
  const auto facts = context.event.facts<schema::TransferOffered>();
  if (context.status(Scope::transfer(text_of(facts.getToMunicipality()))) == ConsentStatus::covered)
    return std::nullopt;
  return Broken{"no consent names the municipality", "/data/toMunicipality"};
}

Verdict two_persons(const RuleContext& context) {
  const ActorId& actor = context.event.actor;
  constexpr const char* kSame = "a second person approves";
  switch (context.event.type) {
    case EventType::PROFILE_APPROVED:
      if (const auto& proposal = context.directory.proposal();
          proposal && proposal->proposer == actor)
        return Broken{kSame, "/actor"};
      return std::nullopt;
    case EventType::BREAK_GLASS_APPROVED: {
      const EventId target =
          event_of(context.event.facts<schema::BreakGlassApproved>().getTarget());
      for (const BreakGlass& used : context.state->break_glass)
        if (used.event == target && (used.actor == actor || used.person == actor))
          return Broken{kSame, "/actor"};
      break;
    }
    case EventType::AUDIT_ACCESS_APPROVED: {
      const EventId target =
          event_of(context.event.facts<schema::AuditAccessApproved>().getTarget());
      const AuditGrant::Version* granted = context.directory.grant_version(target);
      if (granted && (granted->actor == actor || granted->auditor == actor))
        return Broken{kSame, "/actor"};
      break;
    }
    default:
      return std::nullopt;
  }
  if (context.actor.roles.any_of({Role::LEADER, Role::ADMIN, Role::DPO})) return std::nullopt;
  return Broken{"leaders, administrators and data protection officers approve", "/actor"};
}

namespace {

// Whose decision or right an event is about. `named`: by a field that must name a party.
struct Party {
  ActorId person;
  const char* field = nullptr;  // null: not judged itself
  bool subject_allowed = false;
};

std::optional<Party> party_of(const RuleContext& context) {
  const Event& event = context.event;
  switch (event.type) {
    case EventType::GUARDIAN_ACCESS_GRANTED:
      return Party{actor_of(event.identities<schema::GuardianAccessGranted>().getGuardian()),
                   "/data/guardian"};
    case EventType::GUARDIAN_ACCESS_ENDED:
      return Party{actor_of(event.identities<schema::GuardianAccessEnded>().getGuardian()),
                   "/data/guardian"};
    case EventType::CONSENT_EXCEPTION_RECORDED:
      return Party{actor_of(event.identities<schema::ConsentExceptionRecorded>().getGuardian()),
                   "/data/guardian"};
    case EventType::CONSENT_REQUESTED:
      return Party{actor_of(event.identities<schema::ConsentRequested>().getConsenter()),
                   "/data/consenter", true};
    case EventType::CONSENT_GRANTED:
      return Party{actor_of(event.identities<schema::ConsentGranted>().getConsenter()),
                   "/data/consenter", true};
    case EventType::CONSENT_REFUSED:
      return Party{actor_of(event.identities<schema::ConsentRefused>().getConsenter()),
                   "/data/consenter", true};
    case EventType::CLOSURE_DEMANDED:
      return Party{actor_of(event.identities<schema::ClosureDemanded>().getDemander()),
                   "/data/demander", true};
    case EventType::CONSENT_WITHDRAWN: {
      const Consent* consent = context.state->find_consent(
          text_of(event.facts<schema::ConsentWithdrawn>().getConsent()));
      return Party{consent ? consent->consenter : ActorId{}};
    }
    case EventType::RIGHTS_REQUESTED:
      return Party{actor_of(event.identities<schema::RightsRequested>().getBy())};
    default:
      return std::nullopt;
  }
}

}  // namespace

Verdict not_a_party(const RuleContext& context) {
  const std::optional<Party> party = party_of(context);
  if (!party) return std::nullopt;
  const CaseState& state = *context.state;
  if (party->field && !state.find_guardian(party->person) &&
      !(party->subject_allowed && state.is_subject(party->person)))
    return Broken{"neither a linked guardian nor, where allowed, the subject", party->field};
  const ActorId& actor = context.event.actor;
  const bool of_family = state.find_guardian(actor) || state.is_subject(actor);
  if (of_family && actor != party->person && !is_staff(state, actor, context.actor))
    return Broken{"the family speaks for itself only, each person alone", "/actor"};
  return std::nullopt;
}

Verdict guardian_notes_off(const RuleContext& context) {
  if (context.event.type != EventType::NOTE_ADDED || context.profile.notes_by_guardians ||
      !context.state->find_guardian(context.event.actor) ||
      is_staff(*context.state, context.event.actor, context.actor))
    return std::nullopt;
  return Broken{"guardians write no notes here (notesByGuardians)"};
}

namespace {

struct ReadFacts {
  Reading reading;
  ReaderContext context;
};

ReadFacts read_facts(const RuleContext& context) {
  const auto facts = context.event.facts<schema::EntryRead>();
  const CaseState* then = context.attempt.state_at_read;
  return {{actor_of(context.event.identities<schema::EntryRead>().getReader()),
           text_of(facts.getService()), facts.getCapacity(), context.after()},
          {then ? *then : *context.state, context.directory, {}, context.profile}};
}

}  // namespace

Verdict read_no_relation(const RuleContext& context) {
  if (context.event.type != EventType::ENTRY_READ) return std::nullopt;
  const ReadFacts facts = read_facts(context);
  if (basis_of(facts.reading, facts.context) != Basis::none) return std::nullopt;
  return Broken{"the reader has no relation to the case"};
}

Verdict read_not_covered(const RuleContext& context) {
  if (context.event.type != EventType::ENTRY_READ) return std::nullopt;
  const ReadFacts facts = read_facts(context);
  switch (basis_of(facts.reading, facts.context)) {
    case Basis::uncovered:
      return Broken{"no consent covers the reader's service"};
    case Basis::withdrawn:
      return Broken{"the consent has been withdrawn"};
    case Basis::expired:
      if (context.profile.consent_expiry == ConsentExpiry::block)
        return Broken{"the consent has expired"};
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

Verdict read_compartment_closed(const RuleContext& context) {
  if (context.event.type != EventType::ENTRY_READ || context.references.events.empty())
    return std::nullopt;
  const ReadFacts facts = read_facts(context);
  const Visibility visibility(facts.context, facts.reading.reader, context.event.occurred_at);
  for (const EventUse& use : context.references.events) {
    ClassSet shown;
    if (const EventRef* indexed = facts.context.state.find_event(use.id))
      shown |= visibility.of(*indexed);
    // Of the access stream: whether the family sees it depends on what it says.
    if (shown.empty() && context.attempt.find_access_event)
      if (const EventPtr access = context.attempt.find_access_event(use.id);
          access && access->occurred_at <= context.event.occurred_at)
        shown |= visibility.of(*access);
    if (shown.empty())
      return Broken{"an entry that is not shown to the reader",
                    "/data/entries/" + std::to_string(use.item)};
  }
  return std::nullopt;
}

Verdict grant_too_long(const RuleContext& context) {
  const Event& event = context.event;
  if (event.type == EventType::AUDIT_ACCESS_GRANTED) {
    const auto facts = event.facts<schema::AuditAccessGranted>();
    if (facts.getTo() - facts.getFrom() > context.profile.audit_grant_max_days)
      return Broken{"longer than auditGrantMaxDays", "/data/to"};
  }
  if (event.type == EventType::BREAK_GLASS_USED) {
    const auto until = event.facts<schema::BreakGlassUsed>().getUntil();
    if (until > event.occurred_at.value() + kGlassUsMax)
      return Broken{"emergency access lasts 24 hours at most", "/data/until"};
  }
  return std::nullopt;
}

}  // namespace stafett::bti
