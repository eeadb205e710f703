#pragma once
// EventWriter: frames of events, whose pieces are borrowed: it is on the way of every event.
//
// Threads: one at a time.
// Limits:  holds kWordsKept; nothing of an event stays in them. A thread keeps the last entry that
//          was written with nothing opened: it may go to a thousand readers.

#include <capnp/common.h>
#include <kj/array.h>

#include "engine/log/opener.h"
#include "server/native/frames.h"

namespace stafett::server::native {

struct EventView {
  RequestId request;
  Position position;
  ByteView entry;
  std::span<const format::OpenPart> openings;
  std::optional<SubjectId> case_id;
};

class EventWriter final {
 public:
  static constexpr std::size_t kWordsKept = 8192;

  // Appends the frame, with openings of `classes` only. Errors: too_large (nothing is appended).
  Result<void> write(Bytes& to, const EventView& event, log::PartSet classes);

 private:
  Result<void> write_anew(Bytes& to, const EventView& event, log::PartSet classes);

  kj::Array<capnp::word> room_;  // zero but while something is written
};

}  // namespace stafett::server::native
