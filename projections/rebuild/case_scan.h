#pragma once
// CaseScan: the events of all cases from one scan of the log in position order, on all cores: the
// worker of an event is that of its case.
//
// Threads:  scan_cases() starts its own; each CaseSink is used by one of them.
// Lifetime: everything referred to outlives the call.
// Limits:   about 100 bytes a stream, 256 MiB of entries; and what the sinks keep, of `cases_max`
//           cases: they are taken a slice at a time, each with a scan of its own.

#include <functional>
#include <memory>

#include "projections/gate/event_source.h"
#include "projections/state/timeline.h"

namespace stafett::bti {

struct RebuildPlace {
  const storage::Reads& reads;  // one moment: a ReadView beside a writer
  const log::SealedIndex& index;
  const EventSource& source;
};

// What one worker makes of its share of the cases.
class CaseSink {
 public:
  virtual ~CaseSink() = default;
  // `slot`: the case's number among the worker's, below the slot_count it was made with. The events
  // of a case come in position order, but for those that lie near each other in the log: they come
  // as their timeline, corrections laid over them. Erased ones do not come.
  virtual Result<void> add(std::uint32_t slot, const SubjectId& case_id,
                           const TimelineEvent& event) = 0;
  // Every event below `size` has come. Sizes ascend; the last is the end.
  virtual Result<void> reached(TreeSize size) = 0;
};
// On the caller's thread, before the scan of a slice.
using MakeSink = std::function<std::unique_ptr<CaseSink>(std::size_t slot_count)>;

// How a scan goes about it; what comes of it is the same.
struct ScanPace {
  unsigned threads = 0;         // beside the one that scans; 0: one per core
  std::size_t block_bytes = 0;  // of the log, in which events are put in order; 0: as memory allows
};

struct CaseScan {
  TreeSize end;                 // entries [0, end); at most place.reads.size()
  std::vector<TreeSize> stops;  // below `end`, ascending: sizes to tell the sinks of
  ScanPace pace;
  std::uint32_t cases_max = 0;  // in one slice; 0: all
  // What the sinks read of an event of each type beside its facts; empty: all.
  EventSource::PartsOf parts_of;
};
// Errors: the first of io, corrupt, and of the sinks'; the others may have finished by then.
Result<void> scan_cases(const RebuildPlace& place, const CaseScan& scan, const MakeSink& make);

}  // namespace stafett::bti
