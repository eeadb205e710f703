#pragma once
// All that one person of a family may see of a case, as one JSON document, with the program's words
// in that person's language.
//
// Source:   docs/formats/export-family.md; docs/reference/visibility.md
// Threads:  any.
// Lifetime: log and gate outlive the call.
// Limits:   the content of one case in memory: its state and its access list are made of all of it.

#include <string_view>

#include "projections/exports/case_events.h"
#include "projections/labels/labels.h"

namespace stafett::bti {

struct FamilyQuestion {
  SubjectId case_id;
  ActorId viewer;
  Axes axes;  // both given, as viewer_axes() leaves them
  Language language = Language::nb;
};

// Whether the person has the case as one of the family: a guardian with access, or the subject.
// Errors: not_found (no such case), corrupt, io.
Result<bool> is_of_family(log::Log& log, BtiGate& gate, const FamilyQuestion& question);

// Whether all that is given at the question's instant is given to the person now as well. What is
// shown of the past is decided by who somebody was then: who sees less by now must not get it so.
// Errors: not_found, corrupt, io.
Result<bool> is_given_now(log::Log& log, BtiGate& gate, const FamilyQuestion& question);

// Piece by piece; an error of `write` ends it. The pieces are one line of JSON with its newline.
// REQUIRES: is_of_family(). Errors: not_found, corrupt, io.
using WriteText = std::function<Result<void>(std::string_view)>;
Result<void> write_family_document(log::Log& log, BtiGate& gate, const FamilyQuestion& question,
                                   const WriteText& write);

}  // namespace stafett::bti
