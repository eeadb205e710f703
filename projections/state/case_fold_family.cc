// The fold of concern, family and consent.

#include <algorithm>

#include "projections/state/case_fold.h"
#include "projections/state/fold_support.h"
#include "projections/state/wire.h"

namespace stafett::bti {

using schema::EventType;

namespace {

void add_once(std::vector<ActorId>& persons, const ActorId& person) {
  if (person.is_zero()) return;
  if (std::find(persons.begin(), persons.end(), person) == persons.end()) persons.push_back(person);
}

}  // namespace

bool CaseFold::family(const Event& event) {
  switch (event.type) {
    case EventType::CONCERN_RAISED:
      concern_raised(event);
      return true;
    case EventType::CONCERN_SHARED_WITH_LEADER: {
      const auto identities = event.identities<schema::ConcernSharedWithLeader>();
      add_once(state_.involved, actor_of(identities.getLeader()));
      add_once(state_.involved, actor_of(identities.getResponsible()));
      return true;
    }
    case EventType::GUARDIANS_INFORMED:
      state_.anyone_informed = true;
      for (const auto person : event.identities<schema::GuardiansInformed>().getGuardians())
        add_once(state_.informed, actor_of(person));
      return true;
    case EventType::LEVEL0_DECIDED:
      level0_decided(event);
      return true;
    case EventType::GUARDIAN_LINKED:
      guardian_linked(event);
      return true;
    case EventType::GUARDIAN_ACCESS_GRANTED:
      guardian_access(actor_of(event.identities<schema::GuardianAccessGranted>().getGuardian()),
                      true);
      return true;
    case EventType::GUARDIAN_ACCESS_ENDED:
      guardian_access(actor_of(event.identities<schema::GuardianAccessEnded>().getGuardian()),
                      false);
      return true;
    case EventType::CONSENT_EXCEPTION_RECORDED: {
      const auto identities = event.identities<schema::ConsentExceptionRecorded>();
      Guardian& exempted = guardian(actor_of(identities.getGuardian()));
      exempted.exempted = std::min(exempted.exempted, moment_of(event));
      return true;
    }
    case EventType::CONSENT_GRANTED:
      consent_granted(event);
      return true;
    case EventType::CONSENT_REFUSED:
      consent_refused(event);
      return true;
    case EventType::CONSENT_WITHDRAWN:
      consent_withdrawn(event);
      return true;
    default:
      return false;
  }
}

void CaseFold::concern_raised(const Event& event) {
  const auto facts = event.facts<schema::ConcernRaised>();
  const auto identities = event.identities<schema::ConcernRaised>();
  state_.raised = true;
  state_.subject = actor_of(identities.getSubject());
  state_.subject_kind = facts.getSubjectKind();
  state_.birth_date = identities.getBirthDate();
  state_.home_service = number(text_of(facts.getService()));
  state_.raised_on = day_of(event);
  state_.phase = Phase::clarifying;
  state_.level = 0;
}

void CaseFold::level0_decided(const Event& event) {
  if (state_.opened != kNever) return;
  switch (event.facts<schema::Level0Decided>().getOutcome()) {
    case schema::Level0Outcome::CLOSE:
      state_.phase = Phase::ended;
      return;
    case schema::Level0Outcome::LEVEL1:
      state_.decided_level = 1;
      break;
    case schema::Level0Outcome::LEVEL2:
      state_.decided_level = 2;
      break;
    case schema::Level0Outcome::LEVEL3:
      state_.decided_level = 3;
      break;
    default:
      return;  // report: decide again later
  }
  state_.phase = Phase::consenting;
}

Guardian& CaseFold::guardian(const ActorId& person) {
  for (Guardian& one : state_.guardians)
    if (one.person == person) return one;
  state_.guardians.push_back({});
  state_.guardians.back().person = person;
  return state_.guardians.back();
}

void CaseFold::guardian_linked(const Event& event) {
  const auto facts = event.facts<schema::GuardianLinked>();
  Guardian& linked = guardian(actor_of(event.identities<schema::GuardianLinked>().getGuardian()));
  linked.linked = true;
  linked.relation = facts.getRelation();
  linked.links.push_back({moment_of(event), is_yes(facts.getResponsibility())});
}

void CaseFold::guardian_access(const ActorId& person, bool access) {
  guardian(person).access = access;
}

void CaseFold::consent_granted(const Event& event) {
  const auto facts = event.facts<schema::ConsentGranted>();
  Consent consent;
  consent.id = text_of(facts.getConsent());
  consent.consenter = actor_of(event.identities<schema::ConsentGranted>().getConsenter());
  consent.at = moment_of(event);
  consent.services = numbers(facts.getServices());
  consent.open_log = is_yes(facts.getOpenLog());
  consent.form = facts.getForm();
  consent.from = facts.getFrom();
  consent.to = facts.getTo();
  consent.replaces = text_of(facts.getReplaces());
  consent.transfer_to = text_of(facts.getTransferTo());
  state_.consents.push_back(std::move(consent));
}

void CaseFold::consent_refused(const Event& event) {
  const auto facts = event.facts<schema::ConsentRefused>();
  ConsentRefusal refusal;
  refusal.consenter = actor_of(event.identities<schema::ConsentRefused>().getConsenter());
  refusal.at = moment_of(event);
  refusal.services = numbers(facts.getServices());
  refusal.open_log = is_yes(facts.getOpenLog());
  refusal.on = day_of(event);
  state_.refusals.push_back(std::move(refusal));
}

void CaseFold::consent_withdrawn(const Event& event) {
  const auto facts = event.facts<schema::ConsentWithdrawn>();
  const std::string_view id = text_of(facts.getConsent());
  Withdrawal withdrawal;
  withdrawal.at = moment_of(event);
  withdrawal.whole = !facts.hasServices();
  withdrawal.services = numbers(facts.getServices());
  for (Consent& consent : state_.consents)
    if (consent.id == id) {
      consent.withdrawals.push_back(std::move(withdrawal));
      return;
    }
}

}  // namespace stafett::bti
