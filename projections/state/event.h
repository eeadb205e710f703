#pragma once
// Event: one recorded event, opened as far as the reader may: what folds and rules look at.
//
// Lifetime: owns its parts' bytes; the typed readers borrow from it.
// Threads:  immutable after construction, except that Cap'n Proto readers count their traversal:
//           one thread at a time.

#include <capnp/message.h>
#include <capnp/serialize.h>

#include <memory>
#include <optional>

#include "engine/base/ids.h"
#include "projections/catalogue/events.capnp.h"
#include "projections/catalogue/parts.capnp.h"

namespace stafett::bti {

enum class Mode : std::uint8_t { live, paper_backfill, imported };
// Compartment of a case's events (each is a stream of its own), then the other streams.
enum class Compartment : std::uint8_t {
  open,
  level0,
  protected_,
  barnevern,
  access,
  audit,
  directory
};

// The plaintext of one part: a canonical Part message (parts.capnp).
class OpenedPart final {
 public:
  // REQUIRES: `words` is a canonical, valid Part (the codec checked it when it was recorded; a
  // reader of the log checks the commitment first).
  explicit OpenedPart(kj::Array<capnp::word> words)
      : words_(kj::mv(words)),
        segment_{words_.asPtr()},
        message_(kj::arrayPtr(&segment_, 1), unlimited()) {}
  schema::Part::Reader part() const { return message_.getRoot<schema::Part>(); }
  kj::ArrayPtr<const capnp::word> words() const { return words_; }

 private:
  // The bytes were judged when they came: a part that is read for years must not run out of limit.
  static capnp::ReaderOptions unlimited() {
    capnp::ReaderOptions options;
    options.traversalLimitInWords = UINT64_MAX;
    return options;
  }
  kj::Array<capnp::word> words_;
  kj::ArrayPtr<const capnp::word> segment_;
  mutable capnp::SegmentArrayMessageReader message_;
};

struct Event {
  EventId id;
  Position position;  // of an event not yet recorded: where it would go
  ActorId actor;
  Mode mode = Mode::live;
  TimeUs occurred_at;
  TimeUs recorded_at;
  Compartment compartment = Compartment::open;
  schema::EventType type = schema::EventType::UNSET;
  SubjectId case_id;  // zero for audit and directory events
  // Null: the event has no such part, or it was not given (class not visible, erased).
  std::shared_ptr<const OpenedPart> fact, narrative, identity;

  // The event's struct with the fields of one class. A missing part reads as all absent.
  template <class Struct>
  typename Struct::Reader facts() const {
    return body<Struct>(fact);
  }
  template <class Struct>
  typename Struct::Reader narratives() const {
    return body<Struct>(narrative);
  }
  template <class Struct>
  typename Struct::Reader identities() const {
    return body<Struct>(identity);
  }

 private:
  template <class Struct>
  static typename Struct::Reader body(const std::shared_ptr<const OpenedPart>& opened) {
    if (!opened) return {};
    return opened->part().getBody().getAs<Struct>();
  }
};
using EventPtr = std::shared_ptr<const Event>;

}  // namespace stafett::bti
