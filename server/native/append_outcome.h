#pragma once
// What the log says of each event of a group, as whoever appended it is told.
//
// Threads: pure functions.

#include "server/native/frames.h"

namespace stafett::server::native {

// One for each event, in the group's order.
std::vector<AppendOutcome> outcomes_of(const log::Outcomes& outcomes);
// The same refusal of each of them: nothing was handed to the log.
std::vector<AppendOutcome> refused_each(std::size_t count, const Error& error);

// Appends the frame, also if what the refusals say at length is too much for one: then their
// details and pointers are left out. REQUIRES: at most kSignedGroupMax refusals, or
// kAppendEventsMax outcomes.
void write_answer(Bytes& to, AnswerFrame answer);

}  // namespace stafett::server::native
