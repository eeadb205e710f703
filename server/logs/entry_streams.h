#pragma once
// EntryStreams: which stream an entry is of: of which case, and in which compartment.
//
// Threads:  any.
// Lifetime: the log outlives it.
// Limits:   kStreamsKept streams are remembered.

#include <mutex>
#include <unordered_map>

#include "projections/gate/event_source.h"

namespace stafett::server {

class EntryStreams final {
 public:
  static constexpr std::size_t kStreamsKept = 262'144;

  explicit EntryStreams(const log::Log& log) : log_(log) {}

  // Errors: malformed, corrupt, io.
  Result<log::StreamRecord> of(ByteView entry);
  void forget();

 private:
  const log::Log& log_;
  std::mutex mutex_;
  std::unordered_map<StreamId, log::StreamRecord, IdHash> known_;  // Guarded by mutex_.
};

// A case's own streams; its accesses are another.
inline bool is_of_a_case(const log::StreamRecord& stream) {
  return stream.kind == format::StreamKind::case_ &&
         static_cast<bti::Compartment>(stream.lane) < bti::Compartment::access;
}

}  // namespace stafett::server
