#pragma once
// Rebuild: the state of every case from the log, on all cores.
//
// A case with a correction, or an event that came so late that it lies in a later block, is built
// from its own events once more when the scan is over, as CaseRecord would have done at each of
// them.
//
// Source:   docs/performance.md
// Threads:  rebuild_states() starts its own; `visit` runs on any of them, several at once.
// Lifetime: everything referred to outlives the call.
// Limits:   memory: the states of all cases, and what a scan takes (case_scan.h).

#include <functional>

#include "projections/rebuild/case_scan.h"
#include "projections/state/case_state.h"

namespace stafett::bti {

struct RebuildReport {
  std::uint64_t events = 0;  // scanned, those of other streams too
  std::uint64_t cases = 0;
  std::uint64_t cases_built_anew = 0;  // corrections, or events that came much later
};

// Entries [0, reads.size()).
// Errors: the first of io, corrupt; some cases may have been visited by then.
Result<RebuildReport> rebuild_states(const RebuildPlace& place, const ScanPace& pace,
                                     const std::function<void(CaseState)>& visit);

}  // namespace stafett::bti
