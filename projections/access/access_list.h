#pragma once
// The access list of a case: who has read it, tried to, or broken the glass, and which grants and
// exports of auditors cover it. The family's leaves out what would harm or tell too much.
//
// Items in the order in which it happened: {"type","at","person","service","capacity","purpose",
// "entries","grant","from","to"}, null where there is nothing or it is not given; "entries" null:
// the log as a whole.
//
// Source:   docs/reference/visibility.md
// Threads:  any.
// Lifetime: log, gate and watch outlive the call.

#include <optional>

#include "projections/viewer/viewer_reader.h"

namespace stafett::bti {

// Without a viewer: all of it. `axes`: both given. Errors: not_found (no such case), corrupt, io.
Result<boost::json::array> access_list(log::Log& log, BtiGate& gate, const SubjectId& case_id,
                                       const std::optional<ActorId>& viewer, const Axes& axes,
                                       log::PartWatch* watch = nullptr);

}  // namespace stafett::bti
