#pragma once
// Gate: the domain's rules, as the engine sees them. It decides whether an actor may record an
// event now, and says what else must be stored with it. The engine itself knows no rule of the
// domain.
//
// Threads: prepare() from any door thread; everything else on the sequencer's thread only, one
// event
//          at a time, so decisions see every event accepted before, also within one group.

#include <memory>
#include <vector>

#include "engine/format/engine_event.h"
#include "engine/log/submission.h"
#include "engine/storage/sealed_batch.h"

namespace stafett::log {

// What the gate worked out about one event before its turn.
class Preparation {
 public:
  virtual ~Preparation() = default;
};

struct Candidate {
  const format::Intent& intent;
  const std::vector<format::OpenPart>& parts;  // commitments already checked
  format::Mode mode;
  Hash intent_leaf;
};

struct Prepared {
  std::unique_ptr<Preparation> preparation;
  DomainId domain;  // whose key seals the parts
};

struct Placement {
  Position position;
  TimeUs recorded_at;
};

struct Decision {
  std::optional<Refusal> refusal;
  // A refusal is kept by event id, so that a repetition gets it again; `no` when the same event,
  // signed anew, may well be accepted.
  enum class Keep { yes, no } keep_refusal = Keep::yes;
  std::uint32_t profile_version = 0;
  std::vector<storage::IndexRow> rows;  // sealed index rows that go in with the event
  // Events that follow from this one (a refusal that must be recorded), signed by `system`. They
  // are placed right after it and cause no others.
  std::vector<SubmissionGroup> follow_ups;
};

struct RefusedEvent {
  const format::Intent& intent;
  Hash intent_leaf;
  Preparation* preparation;  // null: refused before it was prepared
  const Refusal& refusal;
  TimeUs recorded_at;
};

class Gate {
 public:
  virtual ~Gate() = default;

  // Loads what decide() needs. Errors: io, corrupt: the event gets no outcome.
  virtual Result<Prepared> prepare(const Candidate& candidate) = 0;

  // Accepting also folds the event into the gate's state, before it is durable: a failed commit
  // makes the log read-only, so that state is never served.
  virtual Decision decide(Preparation& preparation, const Placement& placement) = 0;

  // An engine event that the engine's own rules allow: whether the actor may. Empty: yes.
  virtual std::optional<Refusal> judge_engine_event(const format::Intent&,
                                                    const format::EngineEvent&, const Placement&) {
    return std::nullopt;
  }

  // The engine itself refused an event that names an enrolled key (signature, commitments,
  // expectation, its group): what must be recorded of the attempt.
  virtual std::vector<SubmissionGroup> refused(const RefusedEvent& event) = 0;

  // Between begin and end, either all decisions stand or, with keep = false, none does.
  virtual void begin_atomic() = 0;
  enum class Keep { yes, no };
  virtual void end_atomic(Keep keep) = 0;

  // Everything decided so far is durable up to `size`.
  virtual void durable(TreeSize size) = 0;
};

}  // namespace stafett::log
