#pragma once
// An opened entry as the domain's event, wherever it was opened.
//
// Threads: any.

#include "engine/log/opener.h"
#include "projections/state/event.h"

namespace stafett::bti {

// Null for engine events, and for events whose fact part is not there. Of parts that others hand in
// check_parts() must have been asked before: an event reads them without looking again.
// Errors: malformed.
Result<EventPtr> event_of(const log::OpenedEntry& opened);

}  // namespace stafett::bti
