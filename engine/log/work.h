#pragma once
// Work: one submitted group on its way from the door to the acknowledgement. Internal to log/.

#include <memory>
#include <optional>

#include "engine/format/engine_event.h"
#include "engine/log/gate.h"
#include "engine/log/stream_table.h"

namespace stafett::log {

// One event after the door's checks.
struct CheckedEvent {
  Bytes intent_bytes;
  format::Intent intent;
  Hash intent_leaf;
  Hash fingerprint;  // what makes a repetition the same: the intent's leaf, or the caller's digest
  format::GroupSignature signature;
  format::Mode mode = format::Mode::live;
  std::vector<storage::PartRow> sealed;
  std::vector<Hash> sealed_digests;
  Bytes public_part;
  std::optional<format::EngineEvent> engine_event;
  std::shared_ptr<StreamSlot> slot;
  std::unique_ptr<Preparation> preparation;  // empty for engine events
  std::vector<format::OpenPart> parts;       // kept when the door refuses: the gate may record it
  std::optional<Refusal> refusal;            // the door's
  std::optional<Error> error;                // no outcome: io, corrupt
  std::optional<Outcome> repeated;           // recorded or refused before, with the same content
};

// An event that never became an intent (its content is not of the schema), to be refused in turn.
struct Attempt {
  EventId event;
  Hash fingerprint;
  std::unique_ptr<Preparation> preparation;
};

struct Work {
  SubmissionGroup group;           // taken apart by the door
  std::vector<Hash> fingerprints;  // empty: the intents' leaves
  std::optional<Attempt> attempt;  // instead of a group
  Done done;                       // empty for follow-ups

  std::vector<CheckedEvent> events;  // the door's result
  std::uint64_t recent_epoch = 0;    // RecentEvents' when the door looked for repetitions
  bool atomic = false;
  bool checked = false;  // Guarded by the Intake.
  std::size_t event_count() const { return attempt ? 1 : group.events.size(); }
};

}  // namespace stafett::log
