#include "projections/rules/compartment.h"

#include "projections/state/wire.h"

namespace stafett::bti {
namespace {

bool goes_to_barnevern(const Event& event) {
  switch (event.type) {
    case EventType::LEVEL0_DECIDED:
      return event.facts<schema::Level0Decided>().getOutcome() == schema::Level0Outcome::REPORT;
    case EventType::NOTE_ADDED:
      return event.facts<schema::NoteAdded>().getCompartment() == schema::Compartment::BARNEVERN;
    case EventType::ATTACHMENT_ADDED:
      return event.facts<schema::AttachmentAdded>().getCompartment() ==
             schema::Compartment::BARNEVERN;
    default:
      return false;
  }
}

}  // namespace

Compartment compartment_of(const EventInfo& info, const Event& event, const CaseState* state) {
  if (event.type == EventType::ENTRY_CORRECTED) {
    const auto target = event_of(event.facts<schema::EntryCorrected>().getTarget());
    const EventRef* found = state ? state->find_event(target) : nullptr;
    return found ? found->compartment : Compartment::open;
  }
  if (goes_to_barnevern(event)) return Compartment::barnevern;
  switch (info.compartment) {
    case CompartmentRule::open:
      return Compartment::open;
    case CompartmentRule::level0:
      return Compartment::level0;
    case CompartmentRule::level0_or_open: {
      const Moment here = Moment::of(event.occurred_at, event.position);
      return state && state->opened <= here ? Compartment::open : Compartment::level0;
    }
    case CompartmentRule::protected_:
      return Compartment::protected_;
    case CompartmentRule::barnevern:
      return Compartment::barnevern;
    case CompartmentRule::access:
      return Compartment::access;
    case CompartmentRule::admin:
      break;
  }
  return info.stream == StreamKind::audit ? Compartment::audit : Compartment::directory;
}

}  // namespace stafett::bti
