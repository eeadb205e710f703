#pragma once
// Who may record: the words of the catalogue's head lines, judged on the state of a case.
//
// Threads: any.

#include <functional>

#include "projections/catalogue/registry.h"
#include "projections/state/case_state.h"
#include "projections/state/directory.h"
#include "projections/state/event.h"

namespace stafett::bti {

struct WhoQuestion {
  const Event& event;         // the one to be recorded; its actor is asked about
  const EventInfo& info;      // of its type
  const CaseState* state;     // null: no case
  const Registration& actor;  // the actor's latest registration
  // Of the attempt; see there.
  const std::function<EventPtr(const EventId&)>& find_access_event;
};

// One of the type's words holds for the actor.
bool may_record(const WhoQuestion& question);

// The words that other rules ask about, too. `registration`: of `person`.
bool is_staff(const CaseState& state, const ActorId& person, const Registration& registration);
bool is_case_leader(const CaseState& state, const Registration& registration);
// Linked, and `at` lies before the child's 18th birthday.
bool is_guardian(const CaseState& state, const ActorId& person, TimeUs at);
// An active participation of one's own, or of the whole service for its employees.
bool takes_part(const CaseState& state, const ActorId& person, std::string_view service,
                const Registration* registration);
inline bool is_employee(const Registration& registration) {
  return registration.roles.any_of({schema::Role::EMPLOYEE, schema::Role::LEADER});
}

}  // namespace stafett::bti
