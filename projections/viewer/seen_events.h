#pragma once
// The events of a case that a viewer is given, one at a time: each is opened when its turn comes,
// and no more of it than is given.
//
// Source:   docs/reference/visibility.md
// Threads:  any; one at a time for a ViewedCase.
// Lifetime: everything referred to outlives the call.
// Limits:   one event's content in memory.

#include <boost/json/object.hpp>
#include <functional>

#include "projections/gate/bti_gate.h"
#include "projections/viewer/viewed_case.h"

namespace stafett::bti {

// The parts of the classes given; `watch` is told of each, and may be null.
log::Opening opening_of(ClassSet classes, log::PartWatch* watch);

// The form of recorded_json(), limited for the viewer; for a reporting consumer reported_event().
using SeenEventVisit = std::function<Result<void>(const SeenEvent&, boost::json::object)>;

// In position order. Errors: corrupt, io; the visit's.
Result<void> for_each_seen(log::Log& log, BtiGate& gate, const ViewedCase& viewed,
                           log::PartWatch* watch, const SeenEventVisit& visit);

}  // namespace stafett::bti
