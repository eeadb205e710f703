// H25, H26: corrections, and the decisions of the family that others may not change.

#include <algorithm>
#include <array>

#include "projections/rules/rule_check.h"
#include "projections/state/wire.h"

namespace stafett::bti {
namespace {

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\n\r") == std::string_view::npos;
}

constexpr std::array kNotVoidable = {EventType::CONSENT_REFUSED, EventType::CONSENT_WITHDRAWN,
                                     EventType::CLOSURE_DEMANDED, EventType::PROTECTION_FLAG_SET};

using Texts = capnp::List<capnp::Text>::Reader;
using Ids = capnp::List<capnp::Data>::Reader;

template <class List, class Is>
bool any_in(List list, Is is) {
  for (const auto one : list)
    if (is(one)) return true;
  return false;
}

// Something in `some` that `all` lacks.
template <class List>
bool has_more(List some, List all) {
  return any_in(some, [&](const auto& one) {
    return !any_in(all, [&](const auto& other) { return one == other; });
  });
}

Verdict changed(const char* field) {
  return Broken{"only the party changes this decision", std::string("/data/changes/") + field};
}

Verdict granted_changed(const Event& before, const Event& after, const ActorId& actor) {
  const auto was = before.facts<schema::ConsentGranted>();
  const auto is = after.facts<schema::ConsentGranted>();
  const auto was_by = actor_of(before.identities<schema::ConsentGranted>().getConsenter());
  if (actor == was_by) return std::nullopt;
  if (was_by != actor_of(after.identities<schema::ConsentGranted>().getConsenter()))
    return changed("consenter");
  if (has_more<Texts>(is.getServices(), was.getServices())) return changed("services");
  if (is_yes(is.getOpenLog()) && !is_yes(was.getOpenLog())) return changed("openLog");
  const bool to_is_later =
      was.getTo() != kNoDate && (is.getTo() == kNoDate || is.getTo() > was.getTo());
  if (to_is_later) return changed("to");
  if (is.hasTransferTo() && text_of(is.getTransferTo()) != text_of(was.getTransferTo()))
    return changed("transferTo");
  return std::nullopt;
}

Verdict refused_changed(const Event& before, const Event& after, const ActorId& actor) {
  const auto was = before.facts<schema::ConsentRefused>();
  const auto is = after.facts<schema::ConsentRefused>();
  const auto was_by = actor_of(before.identities<schema::ConsentRefused>().getConsenter());
  if (actor == was_by) return std::nullopt;
  if (was_by != actor_of(after.identities<schema::ConsentRefused>().getConsenter()))
    return changed("consenter");
  if (has_more<Texts>(was.getServices(), is.getServices())) return changed("services");
  if (is_yes(was.getOpenLog()) && !is_yes(is.getOpenLog())) return changed("openLog");
  return std::nullopt;
}

Verdict withdrawn_changed(const Event& before, const Event& after) {
  const auto was = before.facts<schema::ConsentWithdrawn>();
  const auto is = after.facts<schema::ConsentWithdrawn>();
  if (is.hasServices() &&
      (!was.hasServices() || has_more<Texts>(was.getServices(), is.getServices())))
    return changed("services");
  return std::nullopt;
}

Verdict agreement_changed(const Event& before, const Event& after, const ActorId& actor) {
  const Ids was = before.identities<schema::AgreementRecorded>().getPersons();
  if (any_in(was, [&](const auto& person) { return actor_of(person) == actor; }))
    return std::nullopt;
  if (has_more<Ids>(after.identities<schema::AgreementRecorded>().getPersons(), was))
    return changed("persons");
  if (before.facts<schema::AgreementRecorded>().getAbout() !=
      after.facts<schema::AgreementRecorded>().getAbout())
    return changed("about");
  return std::nullopt;
}

// Decisions whose time is part of them; `party` made them.
Verdict time_changed(const Event& before, const Event& after, const ActorId& party,
                     const ActorId& actor) {
  if (actor == party || before.occurred_at == after.occurred_at) return std::nullopt;
  return Broken{"only the party changes when this was decided", "/data/occurredAt"};
}

Verdict family_decision_changed(const RuleContext& context) {
  const Event& before = context.attempt.correction->before;
  const Event& after = context.attempt.correction->after;
  const ActorId& actor = context.event.actor;
  switch (before.type) {
    case EventType::CONSENT_GRANTED:
      return granted_changed(before, after, actor);
    case EventType::CONSENT_REFUSED: {
      if (Verdict broken = refused_changed(before, after, actor)) return broken;
      const auto party = actor_of(before.identities<schema::ConsentRefused>().getConsenter());
      return time_changed(before, after, party, actor);
    }
    case EventType::CONSENT_WITHDRAWN: {
      const Consent* consent = context.state->find_consent(
          text_of(before.facts<schema::ConsentWithdrawn>().getConsent()));
      const ActorId party = consent ? consent->consenter : ActorId{};
      if (actor == party) return std::nullopt;
      if (Verdict broken = withdrawn_changed(before, after)) return broken;
      return time_changed(before, after, party, actor);
    }
    case EventType::CLOSURE_DEMANDED: {
      const auto party = actor_of(before.identities<schema::ClosureDemanded>().getDemander());
      if (actor != party &&
          party != actor_of(after.identities<schema::ClosureDemanded>().getDemander()))
        return changed("demander");
      return time_changed(before, after, party, actor);
    }
    case EventType::AGREEMENT_RECORDED:
      return agreement_changed(before, after, actor);
    default:
      return std::nullopt;
  }
}

bool changes_nothing(const Event& correction) {
  const auto facts = correction.facts<schema::EntryCorrected>();
  return !facts.hasChanged() && !correction.narratives<schema::EntryCorrected>().hasChanged() &&
         !correction.identities<schema::EntryCorrected>().hasChanged() &&
         facts.getOccurredAt() == INT64_MIN && facts.getVoid() == schema::Flag::ABSENT;
}

}  // namespace

const EventRef* correctable_target(const Event& correction, const CaseState& state) {
  if (correction.type != EventType::ENTRY_CORRECTED) return nullptr;
  const EventRef* target =
      state.find_event(event_of(correction.facts<schema::EntryCorrected>().getTarget()));
  if (!target || target->type == EventType::ENTRY_CORRECTED ||
      target->compartment == Compartment::access)
    return nullptr;
  return target;
}

Verdict correction_without_reason(const RuleContext& context) {
  if (context.event.type != EventType::ENTRY_CORRECTED ||
      !is_blank(text_of(context.event.narratives<schema::EntryCorrected>().getReason())))
    return std::nullopt;
  return Broken{"a correction has a reason", "/data/reason"};
}

Verdict correction_not_allowed(const RuleContext& context) {
  if (context.event.type != EventType::ENTRY_CORRECTED) return std::nullopt;
  const EventRef* target =
      context.state ? correctable_target(context.event, *context.state) : nullptr;
  if (!target) return Broken{"events of this type are not corrected", "/data/target"};
  if (changes_nothing(context.event)) return Broken{"nothing is corrected", "/data"};
  const bool voids = is_yes(context.event.facts<schema::EntryCorrected>().getVoid());
  if (voids &&
      std::find(kNotVoidable.begin(), kNotVoidable.end(), target->type) != kNotVoidable.end())
    return Broken{"events of this type are not voided", "/data/void"};
  if (const SchemaFault* fault = context.attempt.fault)
    return Broken{fault->detail, fault->pointer};
  if (!context.live() || !context.attempt.correction) return std::nullopt;
  return family_decision_changed(context);
}

}  // namespace stafett::bti
