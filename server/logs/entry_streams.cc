#include "server/logs/entry_streams.h"

namespace stafett::server {

Result<log::StreamRecord> EntryStreams::of(ByteView entry) {
  ENGINE_TRY(id, format::stream_of_entry(entry));
  {
    const std::lock_guard lock{mutex_};
    if (const auto known = known_.find(id); known != known_.end()) return known->second;
  }
  ENGINE_TRY(record, log_.index().stream(id));
  // The engine's stream has no row.
  if (!record) record = log::StreamRecord{format::StreamKind::engine, 0, {}, {}};
  const std::lock_guard lock{mutex_};
  if (known_.size() >= kStreamsKept) known_.clear();
  known_.emplace(id, *record);
  return *record;
}

void EntryStreams::forget() {
  const std::lock_guard lock{mutex_};
  known_.clear();
}

}  // namespace stafett::server
