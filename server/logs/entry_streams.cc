#include "server/logs/entry_streams.h"

namespace stafett::server {

Result<const log::StreamRecord*> EntryStreams::of(ByteView entry) {
  ENGINE_TRY(id, format::stream_of_entry(entry));
  if (const auto known = known_.find(id); known != known_.end()) return &known->second;
  ENGINE_TRY(record, log_.index().stream(id));
  // The engine's stream has no row.
  if (!record) record = log::StreamRecord{format::StreamKind::engine, 0, {}, {}};
  if (known_.size() >= kStreamsKept) known_.clear();
  return &known_.emplace(id, *record).first->second;
}

}  // namespace stafett::server
