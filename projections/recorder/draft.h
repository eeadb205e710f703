#pragma once
// Draft: a JSON event turned into what the log's door takes: a signed group, or, when it cannot be
// signed (its content is not of the schema, the actor's key is not here), an attempt that the gate
// will refuse in turn.
//
// Threads: any; one event of a case at a time, as the compartment depends on the case.

#include "projections/recorder/recorder.h"

namespace stafett::bti {

struct Draft {
  log::SubmissionGroup group;
  std::optional<log::Attempt> attempt;  // instead of the group
  Compartment compartment = Compartment::open;
  Hash fingerprint;  // of type, case, occurredAt, actor, mode and data
};

// Errors: not_found (expect names a version that the stream does not have is no error: the draft
// then expects what cannot be, and is refused), corrupt, io.
Result<Draft> make_draft(log::Log& log, BtiGate& gate, const JsonEvent& event, const EventId& id);

// What was answered to this id before, if anything: the same content gets the same answer, other
// content `conflict`.
Result<std::optional<Answer>> earlier_answer(log::Log& log, BtiGate& gate, const EventId& id,
                                             const Hash& fingerprint);

}  // namespace stafett::bti
