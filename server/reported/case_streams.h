#pragma once
// CaseStreams: which case an entry belongs to, and in which compartment.
//
// Threads:  one at a time.
// Lifetime: the log outlives it.
// Limits:   kStreamsKept streams are remembered.

#include <optional>
#include <unordered_map>

#include "projections/gate/event_source.h"

namespace stafett::server {

class CaseStreams final {
 public:
  static constexpr std::size_t kStreamsKept = 65'536;

  explicit CaseStreams(const log::Log& log) : log_(log) {}

  // Null: of no case, or of a case's accesses. Good until the next call.
  // Errors: malformed, corrupt, io.
  Result<const log::StreamRecord*> of(ByteView entry);

 private:
  const log::Log& log_;
  std::unordered_map<StreamId, log::StreamRecord, IdHash> known_;
};

}  // namespace stafett::server
