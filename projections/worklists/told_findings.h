#pragma once
// The findings of a case that one person is told.
//
// An auditor within a grant and the data protection officer are told all, the officer without those
// that name a person. The holder and the leaders of the home and the holder's service are told what
// holds for the whole case and follows in the same way from what they are shown: a finding that
// something hidden has raised, cleared or moved is none of theirs. Nobody else is told any.
//
// Source:   docs/reference/visibility.md, docs/reference/findings.en.md
// Threads:  any.
// Lifetime: log and gate outlive the call.

#include <boost/json/array.hpp>
#include <optional>

#include "projections/recorder/case_reader.h"

namespace stafett::bti {

// `axes`: both given, as viewer_axes() leaves them. Sorted by (rule, ref); nothing: the person is
// told none. Errors: not_found (no such case), corrupt, io.
Result<std::optional<boost::json::array>> told_findings(log::Log& log, BtiGate& gate,
                                                        const SubjectId& case_id,
                                                        const ActorId& viewer, const Axes& axes);

}  // namespace stafett::bti
