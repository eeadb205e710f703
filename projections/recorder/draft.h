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
};

// Of type, case, occurredAt, actor, mode and data: what makes a repetition of an id the same.
Hash fingerprint_of(const JsonEvent& event);

// Errors: not_found (expect names a version that the stream does not have is no error: the draft
// then expects what cannot be, and is refused), corrupt, io.
// `document`: what the event's attachment was stored as, set by the first draft that stores it; an
// event that is drafted again does not store it again.
Result<Draft> make_draft(log::Log& log, BtiGate& gate, const JsonEvent& event, const EventId& id,
                         std::optional<format::PartCommitment>& document);

// An event whose actor keeps the key elsewhere, but for the signature.
struct DraftToSign {
  log::SubmissionGroup group;  // of one event
  Bytes message;               // what the key is to sign
  Compartment compartment = Compartment::open;
};
// Judged by the rules as they are now, but for corrections and reads, which take more than the
// case's state: what would be refused is not prepared, so that nothing of a case is told to whoever
// may not record in it. Records nothing. Errors: not_found (the actor's key is none that the actor
// keeps), corrupt, io.
Result<std::variant<DraftToSign, log::Refusal>> make_draft_to_sign(log::Log& log, BtiGate& gate,
                                                                   const JsonEvent& event,
                                                                   const EventId& id);

// What was answered to this id before, if anything: the same content gets the same answer, other
// content `conflict`.
Result<std::optional<Answer>> earlier_answer(log::Log& log, BtiGate& gate, const EventId& id,
                                             const Hash& fingerprint);

}  // namespace stafett::bti
