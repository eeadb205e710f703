#include "projections/rules/roles.h"

#include "projections/state/consent.h"
#include "projections/state/wire.h"

namespace stafett::bti {

using schema::Role;

namespace {

bool is_author(const WhoQuestion& question) {
  if (!question.state || question.event.type != EventType::ENTRY_CORRECTED) return false;
  const EventId target = event_of(question.event.facts<schema::EntryCorrected>().getTarget());
  if (const EventRef* found = question.state->find_event(target))
    return found->actor == question.event.actor;
  const EventPtr access = question.find_access_event ? question.find_access_event(target) : nullptr;
  return access && access->actor == question.event.actor;
}

bool holds(Who word, const WhoQuestion& question) {
  const CaseState* state = question.state;
  const Roles& roles = question.actor.roles;
  const ActorId& actor = question.event.actor;
  switch (word) {
    case Who::anyone:
      return roles.any_of(
          {Role::EMPLOYEE, Role::LEADER, Role::GUARDIAN, Role::CHILD, Role::PREGNANT});
    case Who::employee:
      return is_employee(question.actor);
    case Who::staff:
      return state && is_staff(*state, actor, question.actor);
    case Who::leader:
      if (question.info.stream == StreamKind::audit) return roles.has(Role::LEADER);
      return state && is_case_leader(*state, question.actor);
    case Who::holder:
      return state && state->is_holder(actor);
    case Who::guardian:
      return state && is_guardian(*state, actor, question.event.occurred_at);
    case Who::subject:
      return state && state->is_subject(actor);
    case Who::author:
      return is_author(question);
    case Who::coordinator:
      return roles.has(Role::COORDINATOR);
    case Who::admin:
      return roles.has(Role::ADMIN);
    case Who::archivist:
      return roles.has(Role::ARCHIVIST);
    case Who::auditor:
      return roles.has(Role::AUDITOR);
    case Who::dpo:
      return roles.has(Role::DPO);
    case Who::reporter:
      return roles.has(Role::REPORTER);
    case Who::system:
      return roles.has(Role::SYSTEM);
  }
  return false;
}

}  // namespace

bool may_record(const WhoQuestion& question) {
  for (unsigned word = 0; word <= static_cast<unsigned>(Who::system); ++word) {
    const Who who = static_cast<Who>(word);
    if (question.info.who.has(who) && holds(who, question)) return true;
  }
  return false;
}

bool takes_part(const CaseState& state, const ActorId& person, std::string_view service,
                const Registration* registration) {
  const bool employee = registration && is_employee(*registration) && !service.empty();
  for (const Participant& one : state.participants) {
    if (!one.active()) continue;
    if (one.person == person) return true;
    if (employee && one.person.is_zero() && state.service_name(one.service) == service) return true;
  }
  return false;
}

bool is_staff(const CaseState& state, const ActorId& person, const Registration& registration) {
  if (state.phase == Phase::clarifying || state.phase == Phase::consenting)
    return is_employee(registration) && !registration.service.empty() &&
           registration.service == state.service_name(state.home_service);
  return state.is_holder(person) ||
         takes_part(state, person, registration.service, &registration) ||
         is_case_leader(state, registration);
}

bool is_case_leader(const CaseState& state, const Registration& registration) {
  const std::string_view service = registration.service;
  if (!registration.roles.has(Role::LEADER) || service.empty()) return false;
  if (service == state.service_name(state.home_service)) return true;
  if (state.has_holder && service == state.service_name(state.latest_holder->service)) return true;
  for (const Participant& one : state.participants)
    if (one.active() && service == state.service_name(one.service)) return true;
  return false;
}

bool is_guardian(const CaseState& state, const ActorId& person, TimeUs at) {
  return state.find_guardian(person) != nullptr && !is_adult_child(state, local_date(at));
}

}  // namespace stafett::bti
