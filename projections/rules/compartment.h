#pragma once
// The compartment of a new event, decided once, when it is recorded.
//
// Threads: any.

#include "projections/catalogue/registry.h"
#include "projections/state/case_state.h"

namespace stafett::bti {

// By the events recorded by now. `event`: type, data, occurredAt and position as they will be;
// its own `compartment` is not looked at. `state`: null when the case has no events. An
// EntryCorrected whose target is not known (it will be refused) lies in `open`.
Compartment compartment_of(const EventInfo& info, const Event& event, const CaseState* state);

}  // namespace stafett::bti
