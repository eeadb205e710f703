#include "projections/rules/basis.h"

#include <algorithm>

#include "projections/rules/roles.h"

namespace stafett::bti {

using schema::Role;

namespace {

bool reads_as_family(const Reading& reading, const ReaderContext& context, Date day) {
  const CaseState& state = context.state;
  const Guardian* guardian = state.find_guardian(reading.reader);
  if (guardian && guardian->access && !is_adult_child(state, day)) return true;
  return state.is_subject(reading.reader) &&
         (state.subject_kind == schema::SubjectKind::PREGNANT ||
          has_reached(state, context.profile.age_own_access, day));
}

bool reads_by_role(const Reading& reading, const ReaderContext& context, Date day) {
  const CaseState& state = context.state;
  const Registration* person = context.directory.person(reading.reader, context.view);
  if (!person) return false;
  const Roles& roles = person->roles;
  if (roles.has(Role::AUDITOR) &&
      context.directory.grant_covers(reading.reader, state.id, day.days(), reading.point,
                                     context.view.known))
    return true;
  if (roles.has(Role::DPO)) return true;
  if (roles.has(Role::ARCHIVIST) && state.closed != kNever) return true;
  if (roles.has(Role::COORDINATOR) && coordinator_is_called(state)) return true;
  if (leads_home_service(state, *person) || leads_holders_service(state, *person)) return true;
  if (state.opened == kNever && is_pre_log_reader(reading.reader, reading.point, *person, context))
    return true;
  if (reading.capacity == schema::Capacity::OPERATOR)
    return roles.any_of({Role::ADMIN, Role::SYSTEM});
  return reading.capacity == schema::Capacity::REPORTER && roles.has(Role::REPORTER);
}

}  // namespace

bool leads_home_service(const CaseState& state, const Registration& registration) {
  return registration.roles.has(Role::LEADER) && !registration.service.empty() &&
         registration.service == state.service_name(state.home_service);
}

bool leads_holders_service(const CaseState& state, const Registration& registration) {
  return registration.roles.has(Role::LEADER) && !registration.service.empty() &&
         state.latest_holder &&
         registration.service == state.service_name(state.latest_holder->service);
}

bool coordinator_is_called(const CaseState& state) {
  return state.escalated_on != kNoDate || state.ip.granted_on != kNoDate ||
         state.ip.coordinator_named;
}

bool holds_readable_log(const CaseState& state, const ActorId& person) {
  return state.is_holder(person) && state.opened != kNever && state.phase != Phase::archived;
}

bool glass_is_broken(const CaseState& state, const ActorId& person, Moment point) {
  return std::any_of(state.break_glass.begin(), state.break_glass.end(),
                     [&](const BreakGlass& used) {
                       return used.person == person && used.at < point && point.at < used.until &&
                              (used.approved < point ||
                               point.at.value() < used.at.at.value() + kUnapprovedGlassUs);
                     });
}

bool is_pre_log_reader(const ActorId& reader, Moment point, const Registration& registration,
                       const ReaderContext& context) {
  const CaseState& state = context.state;
  if (!is_employee(registration) || registration.service.empty() ||
      registration.service != state.service_name(state.home_service))
    return false;
  if (context.profile.pre_log_readers == PreLogReaders::service ||
      registration.roles.has(Role::LEADER))
    return true;
  if (std::find(state.involved.begin(), state.involved.end(), reader) != state.involved.end())
    return true;
  return std::any_of(state.index.begin(), state.index.end(), [&](const EventRef& ref) {
    return ref.actor == reader && ref.compartment != Compartment::access &&
           !ref.has(EventRef::voided) && ref.moment() < point;
  });
}

std::string_view acting_service(const CaseState& state, const ActorId& reader,
                                std::string_view service, Date day) {
  if (!service.empty() || !is_adult_child(state, day) || !state.find_guardian(reader))
    return service;
  for (auto one = state.participants.rbegin(); one != state.participants.rend(); ++one)
    if (one->active() && one->person == reader) return state.service_name(one->service);
  return service;
}

Basis basis_of(const Reading& reading, const ReaderContext& context) {
  const CaseState& state = context.state;
  const Date day = local_date(reading.point.at);
  if (reads_as_family(reading, context, day) || reads_by_role(reading, context, day) ||
      glass_is_broken(state, reading.reader, reading.point))
    return Basis::ok;
  const std::string_view service = acting_service(state, reading.reader, reading.service, day);
  const ConsentView consent(state, context.profile, context.directory.profiles());
  const ConsentStatus status = consent.status(Scope::service(service), reading.point);
  const bool takes_part_now =
      state.log_open() && takes_part(state, reading.reader, service,
                                     context.directory.person(reading.reader, context.view));
  if (!holds_readable_log(state, reading.reader) && !takes_part_now)
    return status == ConsentStatus::withdrawn ? Basis::withdrawn : Basis::none;
  switch (status) {
    case ConsentStatus::covered:
      return Basis::ok;
    case ConsentStatus::expired:
      return Basis::expired;
    case ConsentStatus::withdrawn:
      return Basis::withdrawn;
    default:
      return Basis::uncovered;
  }
}

}  // namespace stafett::bti
