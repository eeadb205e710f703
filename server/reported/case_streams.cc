#include "server/reported/case_streams.h"

namespace stafett::server {
namespace {

bool is_of_a_case(const log::StreamRecord& stream) {
  return stream.kind == format::StreamKind::case_ &&
         static_cast<bti::Compartment>(stream.lane) < bti::Compartment::access;
}

}  // namespace

Result<const log::StreamRecord*> CaseStreams::of(ByteView entry) {
  ENGINE_TRY(id, format::stream_of_entry(entry));
  auto known = known_.find(id);
  if (known == known_.end()) {
    ENGINE_TRY(record, log_.index().stream(id));
    // The engine's stream has no row.
    if (!record) record = log::StreamRecord{format::StreamKind::engine, 0, {}, {}};
    if (known_.size() >= kStreamsKept) known_.clear();
    known = known_.emplace(id, *record).first;
  }
  return is_of_a_case(known->second) ? &known->second : nullptr;
}

}  // namespace stafett::server
