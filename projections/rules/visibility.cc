#include "projections/rules/visibility.h"

#include <algorithm>

#include "projections/rules/roles.h"
#include "projections/state/references.h"
#include "projections/state/wire.h"

namespace stafett::bti {

using schema::Role;
using schema::ServiceKind;

struct Visibility::Marks {
  bool shielded = false;
  bool restricted = false;
  bool is_private = false;
  bool released_to_family = false;
  bool released_to_service = false;
};

Visibility::Visibility(const ReaderContext& context, const ActorId& viewer, TimeUs at)
    : context_(context), viewer_(viewer), day_(local_date(at)) {
  const CaseState& state = context.state;
  const Moment point = Moment::after_all(at);
  const Registration* person = context.directory.person(viewer, context.view);
  if (person && !person->active) person = nullptr;
  own_service_ =
      acting_service(state, viewer, person ? std::string_view(person->service) : "", day_);
  own_service_no_ = state.find_service(own_service_);
  const ConsentStatus status = ConsentView(state, context.profile, context.directory.profiles())
                                   .status(Scope::service(own_service_), point);
  covered_ =
      status == ConsentStatus::covered ||
      (status == ConsentStatus::expired && context.profile.consent_expiry == ConsentExpiry::warn);
  decide_family();
  decide_holder_and_participant(person, point);
  if (person) decide_by_role(*person, point);
}

void Visibility::decide_family() {
  const CaseState& state = context_.state;
  const Guardian* guardian = state.find_guardian(viewer_);
  guardian_ = guardian && guardian->access && !is_adult_child(state, day_);
  subject_ =
      state.is_subject(viewer_) && (state.subject_kind == schema::SubjectKind::PREGNANT ||
                                    has_reached(state, context_.profile.age_own_access, day_));
}

void Visibility::decide_holder_and_participant(const Registration* person, Moment point) {
  const CaseState& state = context_.state;
  holder_ = covered_ && holds_readable_log(state, viewer_);
  participant_ = covered_ && state.log_open() && takes_part(state, viewer_, own_service_, person);
  barnevern_participant_ =
      participant_ && context_.directory.service_kind(own_service_) == ServiceKind::BARNEVERN;
  broke_glass_ = glass_is_broken(state, viewer_, point);
}

void Visibility::decide_by_role(const Registration& person, Moment point) {
  const CaseState& state = context_.state;
  employee_ = is_employee(person);
  pre_log_reader_ = state.opened == kNever && state.phase != Phase::ended &&
                    is_pre_log_reader(viewer_, point, person, context_);
  home_leader_ = leads_home_service(state, person);
  holder_leader_ = leads_holders_service(state, person);
  coordinator_ = person.roles.has(Role::COORDINATOR) && coordinator_is_called(state);
  named_coordinator_ =
      coordinator_ && state.ip.coordinator_named && state.ip.coordinator == viewer_;
  archivist_ = person.roles.has(Role::ARCHIVIST) && state.closed != kNever;
  auditor_ =
      person.roles.has(Role::AUDITOR) &&
      context_.directory.grant_covers(viewer_, state.id, day_.days(), point, context_.view.known);
  dpo_ = person.roles.has(Role::DPO);
  reporter_ = person.roles.has(Role::REPORTER);
}

Visibility::Marks Visibility::marks_of(const EventRef& event) const {
  const CaseState& state = context_.state;
  Marks marks;
  marks.shielded = state.protection || event.moment() < state.protection_lifted;
  marks.is_private = event.has(EventRef::is_private);
  for (const Restriction& one : state.restrictions)
    if (one.target == event.id && one.in_force(day_.days())) marks.restricted = true;
  for (const Release& one : state.releases) {
    if (one.entry != event.id) continue;
    marks.released_to_family |= one.to_family && !state.protection;
    marks.released_to_service |=
        own_service_no_ != kNoService && std::find(one.to_services.begin(), one.to_services.end(),
                                                   own_service_no_) != one.to_services.end();
  }
  return marks;
}

ClassSet Visibility::to_family(const EventRef& event, const Marks& marks) const {
  const CaseState& state = context_.state;
  if ((!guardian_ && !subject_) || marks.restricted) return {};
  const auto shown = [&](bool informed) {
    return event.compartment == Compartment::open || marks.released_to_family ||
           (event.compartment == Compartment::level0 && !marks.shielded &&
            (informed || state.opened != kNever));
  };
  const bool informed =
      std::find(state.informed.begin(), state.informed.end(), viewer_) != state.informed.end();
  if (guardian_ && !marks.is_private && shown(informed)) return ClassSet::all();
  if (subject_ && shown(state.anyone_informed)) return ClassSet::all();
  return {};
}

bool Visibility::recorded_by_home_service(const EventRef& event) const {
  const Registration* recorder = context_.directory.person(event.actor, context_.view);
  return recorder && !recorder->service.empty() &&
         recorder->service == context_.state.service_name(context_.state.home_service);
}

ClassSet Visibility::to_staff(const EventRef& event, const Marks& marks) const {
  const Compartment in = event.compartment;
  const bool hidden_by_dpo = marks.restricted;
  const bool as_open = in == Compartment::open || marks.released_to_service;
  const bool before_log = in == Compartment::level0 || in == Compartment::protected_;
  // Leaders see restricted events, too.
  if (home_leader_ &&
      (before_log || (in == Compartment::barnevern && recorded_by_home_service(event))))
    return ClassSet::all();
  if (holder_leader_ && context_.state.opened != kNever && as_open) return ClassSet::all();
  if (hidden_by_dpo) return {};
  if ((pre_log_reader_ || holder_) && (as_open || before_log)) return ClassSet::all();
  if (participant_ && !marks.is_private &&
      (as_open || (barnevern_participant_ && (before_log || in == Compartment::barnevern))))
    return ClassSet::all();
  if (employee_ && in == Compartment::barnevern && event.actor == viewer_) return ClassSet::all();
  if (broke_glass_ && (as_open || in == Compartment::level0)) return ClassSet::all();
  return {};
}

ClassSet Visibility::to_offices(const EventRef& event, const Marks& marks) const {
  if (auditor_) return ClassSet::all();
  ClassSet given;
  if (dpo_) given |= ClassSet::fact();
  if (marks.restricted) return given;
  const CaseState& state = context_.state;
  const bool as_open = event.compartment == Compartment::open || marks.released_to_service;
  if (coordinator_ && as_open && !marks.is_private)
    given |= named_coordinator_ || covered_ ? ClassSet::all() : ClassSet::fact();
  if (archivist_ && as_open) given |= ClassSet::all();
  const bool reported = event.compartment == Compartment::open ||
                        (event.compartment == Compartment::level0 && !state.protection_ever);
  if (reporter_ && reported && !marks.is_private) {
    const auto number = static_cast<std::size_t>(&event - state.index.data());
    const bool barnevern = std::any_of(
        state.named_services.begin(), state.named_services.end(), [&](const NamedService& one) {
          return one.event == number &&
                 context_.directory.service_kind(state.service_name(one.service)) ==
                     ServiceKind::BARNEVERN;
        });
    if (!barnevern) given |= ClassSet::fact();
  }
  return given;
}

ClassSet Visibility::of(const EventRef& event) const {
  if (event.compartment == Compartment::access) {
    if (auditor_ || home_leader_ || holder_leader_) return ClassSet::all();
    return dpo_ ? ClassSet::fact() : ClassSet();
  }
  // What is asked about lies in the state, if it can: its place in the index names its services.
  const EventRef* indexed = context_.state.find_event(event.id);
  if (!indexed) return {};
  const Marks marks = marks_of(*indexed);
  ClassSet given = to_family(*indexed, marks);
  given |= to_staff(*indexed, marks);
  given |= to_offices(*indexed, marks);
  return given;
}

ClassSet Visibility::of(const Event& event) const {
  EventRef ref;
  ref.id = event.id;
  ref.compartment = event.compartment;
  ClassSet given = of(ref);
  if (event.compartment == Compartment::access) given |= in_access_list(event);
  return given;
}

bool Visibility::all_hidden(const Event& read) const {
  const References references = references_of(read);
  if (references.events.empty()) return false;  // the log as a whole
  return std::all_of(references.events.begin(), references.events.end(), [&](const EventUse& use) {
    const EventRef* named = context_.state.find_event(use.id);
    return !named || of(*named).empty();
  });
}

ClassSet Visibility::in_access_list(const Event& event) const {
  if (!guardian_ && !subject_) return {};
  const ClassSet shown =
      context_.profile.family_sees_reader_names ? ClassSet::fact_and_identity() : ClassSet::fact();
  std::string_view service;
  ActorId reader;
  bool by_family = false;
  switch (event.type) {
    case EventType::ENTRY_READ: {
      const auto facts = event.facts<schema::EntryRead>();
      if (facts.getCapacity() == schema::Capacity::OPERATOR) return shown;
      by_family = facts.getCapacity() == schema::Capacity::GUARDIAN ||
                  facts.getCapacity() == schema::Capacity::SUBJECT;
      service = text_of(facts.getService());
      reader = actor_of(event.identities<schema::EntryRead>().getReader());
      break;
    }
    case EventType::READ_DENIED:
      service = text_of(event.facts<schema::ReadDenied>().getService());
      reader = actor_of(event.identities<schema::ReadDenied>().getReader());
      break;
    case EventType::BREAK_GLASS_USED:
      service = text_of(event.facts<schema::BreakGlassUsed>().getService());
      reader = actor_of(event.identities<schema::BreakGlassUsed>().getPerson());
      break;
    default:
      return {};
  }
  if (reader == viewer_) return shown;
  by_family = by_family || context_.state.find_guardian(reader) != nullptr ||
              context_.state.is_subject(reader);
  if (context_.state.protection && !by_family) return {};
  const ServiceKind kind = context_.directory.service_kind(service);
  if (kind == ServiceKind::BARNEVERN || kind == ServiceKind::POLICE) return {};
  return all_hidden(event) ? ClassSet() : shown;
}

}  // namespace stafett::bti
