#pragma once
// LogEvents: a stretch of the log as the domain's events, in position order.
//
// Threads:  one.
// Lifetime: the log and the source outlive it.
// Limits:   kStreamsKept streams remembered.

#include <unordered_map>

#include "projections/gate/event_source.h"

namespace stafett::bti {

struct LogStretch {
  std::vector<EventPtr> events;  // those whose facts are there; not the engine's
  TreeSize end;
  Hash leaf;           // leaf hash of the last entry
  TimeUs recorded_at;  // of the last entry
};

class LogEvents final {
 public:
  LogEvents(log::Log& log, const EventSource& source) : log_(log), source_(source) {}
  // Entries [first, end). `parts_of`: of events of cases; of all others every part is opened.
  // REQUIRES: first < end <= the durable size. Errors: corrupt, io.
  Result<LogStretch> read(TreeSize first, TreeSize end, const EventSource::PartsOf& parts_of);

 private:
  static constexpr std::size_t kStreamsKept = 65'536;
  Result<std::optional<log::StreamRecord>> record_of(const StreamId& stream);

  log::Log& log_;
  const EventSource& source_;
  std::unordered_map<StreamId, log::StreamRecord, IdHash> streams_;
};

}  // namespace stafett::bti
