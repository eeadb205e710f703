#pragma once
// Statistics: the figures of a period over all cases of a log, as known at any size or time.
//
// Source:   docs/reference/statistics.md
// Threads:  statistics() starts its own, one per core.
// Lifetime: everything referred to outlives the call.

#include "projections/gate/event_source.h"
#include "projections/statistics/case_counts.h"

namespace stafett::bti {

struct Statistics {
  Figures figures;     // nothing suppressed
  TreeSize size;       // entries [0, size) were known
  int small_cell_min;  // of the profile in force on the period's last day
};

// Errors: corrupt, io.
Result<Statistics> statistics(const log::Log& log, const EventSource& source, DatePeriod period,
                              Knowledge known);

}  // namespace stafett::bti
