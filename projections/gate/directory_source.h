#pragma once
// The directory as it was known at any size of the log: the fold of its directory and audit
// streams, the founders of the genesis before all others.
//
// Threads: any.

#include "projections/gate/event_source.h"
#include "projections/state/directory.h"
#include "projections/state/timeline.h"

namespace stafett::bti {

// Of entries [0, size). Errors: corrupt, io.
Result<Directory> directory_at(const log::Log& log, const EventSource& source, TreeSize size);

// The first size whose next entry was recorded after `known.recorded_at`, or the head's, or
// `known.size`, whichever is least: recordedAt never goes back. Errors: invalid_argument (a size
// that the log does not have), corrupt, io.
Result<TreeSize> size_known(const log::Log& log, const Knowledge& known);

}  // namespace stafett::bti
