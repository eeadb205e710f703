#pragma once
// What one reporting consumer gets of all cases, at once: the events of ReportedFeed's weeks that
// are over, case by case, for a file instead of a page.
//
// Source:   docs/reference/visibility.md; docs/decisions/0027-what-a-consumer-cannot-join.md
// Threads:  one; nothing else may be submitted meanwhile.
// Lifetime: everything referred to outlives the call.
// Limits:   48 bytes a case; the facts and identities of one case.
//
// A read by the consumer is recorded in each case of which something is given, before the first
// event is.

#include <boost/json/object.hpp>
#include <functional>

#include "engine/log/log.h"
#include "projections/gate/bti_gate.h"

namespace stafett::server {

// The form of bti::reported_event().
using ReportedVisit = std::function<Result<void>(const boost::json::object& event)>;

// In the order of the consumer's own names, so that it tells nothing.
// Errors: refused (not an active reporting consumer; a rule refuses the read), read_only, corrupt,
// io; the visit's.
Result<void> for_each_reported(log::Log& log, bti::BtiGate& gate, const ActorId& consumer,
                               const std::string& visit_name, const ReportedVisit& visit);

}  // namespace stafett::server
