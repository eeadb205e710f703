// H12-H23: opening the log, the baton, measures.

#include "projections/rules/rule_check.h"
#include "projections/state/wire.h"

namespace stafett::bti {

using schema::ServiceKind;

namespace {

// The current measure that the event works on; null for other types.
const Measure* measure_of(const RuleContext& context) {
  const Event& event = context.event;
  capnp::Text::Reader id;
  switch (event.type) {
    case EventType::MEASURE_STARTED:
      id = event.facts<schema::MeasureStarted>().getMeasure();
      break;
    case EventType::MEASURE_CHANGED:
      id = event.facts<schema::MeasureChanged>().getMeasure();
      break;
    case EventType::EVALUATION_RESCHEDULED:
      id = event.facts<schema::EvaluationRescheduled>().getMeasure();
      break;
    case EventType::MEASURE_EVALUATED:
      id = event.facts<schema::MeasureEvaluated>().getMeasure();
      break;
    case EventType::MEASURE_ENDED:
      id = event.facts<schema::MeasureEnded>().getMeasure();
      break;
    default:
      return nullptr;
  }
  return context.state->find_measure(text_of(id));
}

// The offer that is answered; null for other types.
const Offer* answered_offer(const RuleContext& context) {
  const Event& event = context.event;
  if (event.type == EventType::BATON_ACCEPTED)
    return context.state->find_offer(text_of(event.facts<schema::BatonAccepted>().getOffer()));
  if (event.type == EventType::BATON_DECLINED)
    return context.state->find_offer(text_of(event.facts<schema::BatonDeclined>().getOffer()));
  return nullptr;
}

bool opens(const RuleContext& context) {
  return context.event.type == EventType::LOG_OPENED;
}

}  // namespace

Verdict level_too_low(const RuleContext& context) {
  if (!opens(context) ||
      context.event.facts<schema::LogOpened>().getLevel() >= context.profile.log_allowed_from_level)
    return std::nullopt;
  return Broken{"a log is not opened at this level (logAllowedFromLevel)", "/data/level"};
}

Verdict level_not_decided(const RuleContext& context) {
  if (!opens(context) || context.state->decided_level >= 0) return std::nullopt;
  return Broken{"no level has been decided"};
}

Verdict no_consent_to_open(const RuleContext& context) {
  if (!opens(context) || context.status(Scope::open_log()) == ConsentStatus::covered)
    return std::nullopt;
  const ConsentView consent(*context.state, context.profile, context.directory.profiles());
  for (const ActorId& person : consent.required_consenters(context.after()))
    if (consent.person_status(person, Scope::open_log(), context.after()) == ConsentStatus::covered)
      return std::nullopt;
  return Broken{"nobody whose consent is required has consented to the log"};
}

Verdict consent_reused(const RuleContext& context) {
  if (!opens(context)) return std::nullopt;
  const auto consents = context.event.facts<schema::LogOpened>().getConsents();
  if (consents.size() == 0) return Broken{"no consent is named", "/data/consents"};
  for (unsigned i = 0; i < consents.size(); ++i)
    if (!context.state->find_id(IdKind::consent, text_of(consents[i])))
      return Broken{"no consent of this case", "/data/consents/" + std::to_string(i)};
  return std::nullopt;
}

Verdict wrong_level(const RuleContext& context) {
  if (context.event.type != EventType::LEVEL_CHANGED) return std::nullopt;
  const auto facts = context.event.facts<schema::LevelChanged>();
  if (facts.getFrom() != context.state->level)
    return Broken{"the case is not at this level", "/data/from"};
  if (facts.getTo() == facts.getFrom()) return Broken{"the level stays the same", "/data/to"};
  return std::nullopt;
}

Verdict holder_exists(const RuleContext& context) {
  if (context.event.type != EventType::HOLDER_APPOINTED || context.state->phase != Phase::active ||
      !context.state->has_holder)
    return std::nullopt;
  return Broken{"there is a holder: the baton is offered and accepted"};
}

namespace {

Verdict not_the_reader(const RuleContext& context) {
  const ActorId reader = actor_of(context.event.identities<schema::EntryRead>().getReader());
  if (reader != context.event.actor && !context.actor.roles.has(schema::Role::SYSTEM))
    return Broken{"the reader is not the actor", "/data/reader"};
  const Registration* person = context.directory.person(reader);
  const std::string_view own = person ? std::string_view(person->service) : std::string_view();
  if (text_of(context.event.facts<schema::EntryRead>().getService()) != own)
    return Broken{"not the reader's own service", "/data/service"};
  return std::nullopt;
}

}  // namespace

Verdict not_you(const RuleContext& context) {
  if (context.event.type == EventType::ENTRY_READ) return not_the_reader(context);
  const Offer* offer = answered_offer(context);
  if (!offer) return std::nullopt;
  const ActorId person =
      context.event.type == EventType::BATON_ACCEPTED
          ? actor_of(context.event.identities<schema::BatonAccepted>().getPerson())
          : actor_of(context.event.identities<schema::BatonDeclined>().getPerson());
  if (person != context.event.actor) return Broken{"the person is not the actor", "/data/person"};
  if (person != offer->to) return Broken{"the offer was made to another", "/data/person"};
  return std::nullopt;
}

Verdict offer_not_pending(const RuleContext& context) {
  const Offer* offer = answered_offer(context);
  if (!offer || (context.state->pending_offer && context.state->pending_offer->id == offer->id))
    return std::nullopt;
  return Broken{"the offer has been answered or overtaken", "/data/offer"};
}

Verdict handover_not_covered(const RuleContext& context) {
  if (context.event.type != EventType::BATON_ACCEPTED) return std::nullopt;
  const Offer* offer = answered_offer(context);
  if (!offer) return std::nullopt;
  const auto& latest = context.state->latest_holder;
  if (latest && latest->service == offer->service) return std::nullopt;
  if (context.status(Scope::service(context.state->service_name(offer->service))) ==
      ConsentStatus::covered)
    return std::nullopt;
  return Broken{"no consent covers the service that takes over"};
}

Verdict measure_incomplete(const RuleContext& context) {
  const Event& event = context.event;
  if (event.type == EventType::MEASURE_PLANNED) {
    if (!event.identities<schema::MeasurePlanned>().hasResponsible())
      return Broken{"a measure has a responsible person", "/data/responsible"};
    if (event.facts<schema::MeasurePlanned>().getEvaluateBy() == kNoDate)
      return Broken{"a measure has a date of evaluation", "/data/evaluateBy"};
  }
  if (event.type == EventType::MEASURE_EVALUATED) {
    const auto facts = event.facts<schema::MeasureEvaluated>();
    if (facts.getDecision() != schema::Decision::END && facts.getEvaluateBy() == kNoDate)
      return Broken{"a measure that goes on has a next date of evaluation", "/data/evaluateBy"};
  }
  return std::nullopt;
}

Verdict school_duty_moved(const RuleContext& context) {
  const Event& event = context.event;
  capnp::Text::Reader service;
  if (event.type == EventType::MEASURE_PLANNED) {
    const auto facts = event.facts<schema::MeasurePlanned>();
    if (!is_yes(facts.getSchoolDuty())) return std::nullopt;
    service = facts.getService();
  } else if (event.type == EventType::MEASURE_CHANGED) {
    const Measure* measure = measure_of(context);
    const auto facts = event.facts<schema::MeasureChanged>();
    if (!measure || !measure->school_duty || !facts.hasService()) return std::nullopt;
    service = facts.getService();
  } else {
    return std::nullopt;
  }
  if (context.directory.service_kind(text_of(service)) == ServiceKind::SCHOOL) return std::nullopt;
  return Broken{"the school's duty stays with a school", "/data/service"};
}

Verdict measure_ended(const RuleContext& context) {
  const Measure* measure = context.state ? measure_of(context) : nullptr;
  if (!measure || measure->status != MeasureStatus::ended) return std::nullopt;
  return Broken{"the measure has ended", "/data/measure"};
}

}  // namespace stafett::bti
