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

std::string_view row_name(ViewerRow row) {
  static constexpr std::string_view kNames[kViewerRows] = {
      "guardian",     "subject",     "preLogReader", "homeLeader",
      "holderLeader", "holder",      "participant",  "barnevernParticipant",
      "recorder",     "coordinator", "coordinator",  "breakGlass",
      "archivist",    "auditor",     "dpo",          "reporter"};
  return kNames[static_cast<std::size_t>(row)];
}

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
  set(ViewerRow::guardian, guardian && guardian->access && !is_adult_child(state, day_));
  set(ViewerRow::subject,
      state.is_subject(viewer_) && (state.subject_kind == schema::SubjectKind::PREGNANT ||
                                    has_reached(state, context_.profile.age_own_access, day_)));
}

void Visibility::decide_holder_and_participant(const Registration* person, Moment point) {
  const CaseState& state = context_.state;
  const bool takes_part_now =
      covered_ && state.log_open() && takes_part(state, viewer_, own_service_, person);
  set(ViewerRow::holder, covered_ && holds_readable_log(state, viewer_));
  set(ViewerRow::participant, takes_part_now);
  set(ViewerRow::barnevern_participant,
      takes_part_now && context_.directory.service_kind(own_service_) == ServiceKind::BARNEVERN);
  set(ViewerRow::broke_glass, glass_is_broken(state, viewer_, point));
}

void Visibility::decide_by_role(const Registration& person, Moment point) {
  const CaseState& state = context_.state;
  const bool coordinator = person.roles.has(Role::COORDINATOR) && coordinator_is_called(state);
  set(ViewerRow::recorder, is_employee(person));
  set(ViewerRow::pre_log_reader, state.opened == kNever && state.phase != Phase::ended &&
                                     is_pre_log_reader(viewer_, point, person, context_));
  set(ViewerRow::home_leader, leads_home_service(state, person));
  set(ViewerRow::holder_leader, leads_holders_service(state, person));
  set(ViewerRow::coordinator, coordinator);
  set(ViewerRow::named_coordinator,
      coordinator && (covered_ || (state.ip.coordinator_named && state.ip.coordinator == viewer_)));
  set(ViewerRow::archivist, person.roles.has(Role::ARCHIVIST) && state.closed != kNever);
  set(ViewerRow::auditor, person.roles.has(Role::AUDITOR) &&
                              context_.directory.grant_covers(viewer_, state.id, day_.days(), point,
                                                              context_.view.known));
  set(ViewerRow::dpo, person.roles.has(Role::DPO));
  set(ViewerRow::reporter, person.roles.has(Role::REPORTER));
}

// Null: no correction, or of something that does not lie in the state.
const EventRef* Visibility::corrected_by(const EventRef& event) const {
  if (event.type != EventType::ENTRY_CORRECTED) return nullptr;
  const auto& corrections = context_.state.corrections;
  const auto found = std::find_if(corrections.begin(), corrections.end(),
                                  [&](const Correction& one) { return one.event == event.id; });
  return found == corrections.end() ? nullptr : context_.state.find_event(found->target);
}

void Visibility::add_protections(const EventRef& event, Marks& marks) const {
  const CaseState& state = context_.state;
  marks.shielded |= state.protection || event.moment() < state.protection_lifted;
  marks.is_private |= event.has(EventRef::is_private);
  for (const Restriction& one : state.restrictions)
    if (one.target == event.id && one.in_force(day_.days())) marks.restricted = true;
}

// What corrects an event says what it says: it is as protected as that event.
Visibility::Marks Visibility::marks_of(const EventRef& event) const {
  const CaseState& state = context_.state;
  Marks marks;
  add_protections(event, marks);
  if (const EventRef* target = corrected_by(event)) add_protections(*target, marks);
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
  if (!is_family() || marks.restricted) return {};
  const auto shown = [&](bool informed) {
    return event.compartment == Compartment::open || marks.released_to_family ||
           (event.compartment == Compartment::level0 && !marks.shielded &&
            (informed || state.opened != kNever));
  };
  const bool informed =
      std::find(state.informed.begin(), state.informed.end(), viewer_) != state.informed.end();
  if (has(ViewerRow::guardian) && !marks.is_private && shown(informed)) return ClassSet::all();
  if (has(ViewerRow::subject) && shown(state.anyone_informed)) return ClassSet::all();
  return {};
}

bool Visibility::recorded_by_home_service(const EventRef& event) const {
  const Registration* recorder = context_.directory.person(event.actor, context_.view);
  return recorder && !recorder->service.empty() &&
         recorder->service == context_.state.service_name(context_.state.home_service);
}

ClassSet Visibility::to_staff(const EventRef& event, const Marks& marks) const {
  const Compartment in = event.compartment;
  const bool as_open = in == Compartment::open || marks.released_to_service;
  const bool before_log = in == Compartment::level0 || in == Compartment::protected_;
  // Leaders see restricted events, too.
  if (has(ViewerRow::home_leader) &&
      (before_log || (in == Compartment::barnevern && recorded_by_home_service(event))))
    return ClassSet::all();
  if (has(ViewerRow::holder_leader) && context_.state.opened != kNever && as_open)
    return ClassSet::all();
  if (marks.restricted) return {};
  if ((has(ViewerRow::pre_log_reader) || has(ViewerRow::holder)) && (as_open || before_log))
    return ClassSet::all();
  if (has(ViewerRow::participant) && !marks.is_private &&
      (as_open ||
       (has(ViewerRow::barnevern_participant) && (before_log || in == Compartment::barnevern))))
    return ClassSet::all();
  if (has(ViewerRow::recorder) && in == Compartment::barnevern && event.actor == viewer_)
    return ClassSet::all();
  if (has(ViewerRow::broke_glass) && (as_open || in == Compartment::level0)) return ClassSet::all();
  return {};
}

ClassSet Visibility::to_offices(const EventRef& event, const Marks& marks) const {
  if (has(ViewerRow::auditor)) return ClassSet::all();
  ClassSet given;
  if (has(ViewerRow::dpo)) given |= ClassSet::fact();
  if (marks.restricted) return given;
  const bool as_open = event.compartment == Compartment::open || marks.released_to_service;
  if (has(ViewerRow::coordinator) && as_open && !marks.is_private)
    given |= has(ViewerRow::named_coordinator) ? ClassSet::all() : ClassSet::fact();
  if (has(ViewerRow::archivist) && as_open) given |= ClassSet::all();
  return given;
}

bool Visibility::names_barnevern(const EventRef& event) const {
  const CaseState& state = context_.state;
  const auto number = static_cast<std::size_t>(&event - state.index.data());
  return std::any_of(state.named_services.begin(), state.named_services.end(),
                     [&](const NamedService& one) {
                       return one.event == number &&
                              context_.directory.service_kind(state.service_name(one.service)) ==
                                  ServiceKind::BARNEVERN;
                     });
}

// REQUIRES: `event` is one of the state's index.
ClassSet Visibility::to_reporter(const EventRef& event, const Marks& marks) const {
  if (!has(ViewerRow::reporter) || marks.restricted || marks.is_private) return {};
  const bool reported =
      event.compartment == Compartment::open ||
      (event.compartment == Compartment::level0 && !context_.state.protection_ever);
  if (!reported || names_barnevern(event)) return {};
  const EventRef* target = corrected_by(event);
  return target && names_barnevern(*target) ? ClassSet() : ClassSet::fact();
}

// What lies in the state is as corrected; what would be handed out is as recorded.
ClassSet Visibility::to_reporter(const Event& event) const {
  const EventRef* indexed = context_.state.find_event(event.id);
  if (!indexed || event.compartment == Compartment::access) return {};
  const auto barnevern = [&](const References& references) {
    return std::any_of(references.services.begin(), references.services.end(),
                       [&](const ServiceUse& use) {
                         return context_.directory.service_kind(use.name) == ServiceKind::BARNEVERN;
                       });
  };
  if (barnevern(references_of(event))) return {};
  if (const EventRef* target = corrected_by(*indexed);
      target && barnevern(changed_references(event, target->type)))
    return {};
  return to_reporter(*indexed, marks_of(*indexed));
}

// The union of all rows but the reporter's.
ClassSet Visibility::without_report(const EventRef& event) const {
  if (event.compartment == Compartment::access) {
    if (has(ViewerRow::auditor) || has(ViewerRow::home_leader) || has(ViewerRow::holder_leader))
      return ClassSet::all();
    return has(ViewerRow::dpo) ? ClassSet::fact() : ClassSet();
  }
  // What is asked about lies in the state, if it can.
  const EventRef* indexed = context_.state.find_event(event.id);
  if (!indexed) return {};
  const Marks marks = marks_of(*indexed);
  ClassSet given = to_family(*indexed, marks);
  given |= to_staff(*indexed, marks);
  given |= to_offices(*indexed, marks);
  return given;
}

ClassSet Visibility::of(const EventRef& event) const {
  ClassSet given = without_report(event);
  const EventRef* indexed = context_.state.find_event(event.id);
  if (indexed && event.compartment != Compartment::access)
    given |= to_reporter(*indexed, marks_of(*indexed));
  return given;
}

// Who turned to barnevern is told to the family by nobody here, released or not.
bool Visibility::tells_actor(ClassSet given, Compartment compartment) const {
  return given.has_identity() && !(is_family() && compartment == Compartment::barnevern);
}

Sight Visibility::sight(const EventRef& event) const {
  const ClassSet given = without_report(event);
  return {given, Sight::Form::whole, tells_actor(given, event.compartment)};
}

Sight Visibility::sight(const Event& event) const {
  EventRef ref;
  ref.id = event.id;
  ref.compartment = event.compartment;
  Sight sight;
  sight.classes = without_report(ref);
  if (event.compartment == Compartment::access) {
    const ClassSet listed = in_access_list(event);
    if (sight.classes.empty() && !listed.empty()) sight.form = Sight::Form::access_list;
    sight.classes |= listed;
  } else if (sight.classes.empty()) {
    sight.classes = to_reporter(event);
    if (!sight.classes.empty()) sight.form = Sight::Form::reported;
  }
  sight.actor = tells_actor(sight.classes, event.compartment);
  return sight;
}

bool Visibility::all_hidden(const Event& read) const {
  const References references = references_of(read);
  if (references.events.empty()) return false;  // the log as a whole
  return std::all_of(references.events.begin(), references.events.end(), [&](const EventUse& use) {
    const EventRef* named = context_.state.find_event(use.id);
    return !named || of(*named).empty();
  });
}

bool Visibility::is_shielding_service(std::string_view service) const {
  const ServiceKind kind = context_.directory.service_kind(service);
  return kind == ServiceKind::BARNEVERN || kind == ServiceKind::POLICE;
}

ClassSet Visibility::in_access_list(const Event& event) const {
  if (!is_family()) return {};
  const ClassSet shown =
      context_.profile.family_sees_reader_names ? ClassSet::fact_and_identity() : ClassSet::fact();
  std::string_view service;
  ActorId reader;
  bool by_family = false;
  switch (event.type) {
    case EventType::ENTRY_READ: {
      const auto facts = event.facts<schema::EntryRead>();
      if (facts.getCapacity() == schema::Capacity::OPERATOR) return shown;
      service = text_of(facts.getService());
      by_family = service.empty() && (facts.getCapacity() == schema::Capacity::GUARDIAN ||
                                      facts.getCapacity() == schema::Capacity::SUBJECT);
      reader = actor_of(event.identities<schema::EntryRead>().getReader());
      break;
    }
    case EventType::READ_DENIED:
      service = text_of(event.facts<schema::ReadDenied>().getService());
      reader = actor_of(event.identities<schema::ReadDenied>().getReader());
      by_family = service.empty() && (context_.state.find_guardian(reader) != nullptr ||
                                      context_.state.is_subject(reader));
      break;
    case EventType::BREAK_GLASS_USED:
      service = text_of(event.facts<schema::BreakGlassUsed>().getService());
      reader = actor_of(event.identities<schema::BreakGlassUsed>().getPerson());
      break;
    default:
      return {};
  }
  if (reader == viewer_) return shown;
  if (context_.state.protection && !by_family) return {};
  // Of the service that the read names, or that the reader had when it took place.
  DirectoryView then = context_.view;
  then.at = event.occurred_at;
  const Registration* at_the_time = context_.directory.person(reader, then);
  if (is_shielding_service(service) ||
      (!by_family && at_the_time && is_shielding_service(at_the_time->service)))
    return {};
  return all_hidden(event) ? ClassSet() : shown;
}

}  // namespace stafett::bti
