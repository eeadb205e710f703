#pragma once
// The events of a case for an export, one at a time: all of them, or those that one person is
// given.
//
// Source:   docs/reference/json.md; docs/reference/visibility.md
// Threads:  any.
// Lifetime: log and gate outlive the call.
// Limits:   the facts of one case in memory, and one event's content.

#include <boost/json/object.hpp>
#include <functional>
#include <optional>

#include "projections/recorder/case_reader.h"

namespace stafett::bti {

struct CaseQuestion {
  SubjectId case_id;
  std::optional<ActorId> viewer;  // none: whoever runs the program
  Axes axes;                      // with a viewer as viewer_axes() leaves them
};

// What an export decides by, of every type.
log::PartSet facts_and_identities(EventType);

// `event`: the form of recorded_json(), of a viewer's limited to what is given.
using CaseEventVisit = std::function<Result<void>(const boost::json::object& event)>;

// In position order, up to the size known. What a viewer would only get de-identified, and what of
// an event is left when its facts are erased, is passed over.
// Errors: not_found (no such case), corrupt, io; the visit's.
Result<void> for_each_event(log::Log& log, BtiGate& gate, const CaseQuestion& question,
                            const CaseEventVisit& visit);

}  // namespace stafett::bti
