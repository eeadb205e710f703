#pragma once
// Every case of the log in turn, its events read from its own streams, on all cores.
//
// Threads:  for_each_case() starts its own; `visit` runs on any of them, several at once, each case
//           once.
// Lifetime: everything referred to outlives the call.
// Limits:   memory: the events of as many cases as there are threads, and 16 bytes a case.

#include <functional>
#include <vector>

#include "projections/rebuild/rebuild_states.h"

namespace stafett::bti {

// `events`: those below the size asked for, of every stream of the case, in position order. Empty
// when all of its content is erased. A case without an entry below that size is passed over.
using CaseVisit = std::function<Result<void>(const SubjectId&, std::vector<EventPtr> events)>;

// A case whose content is damaged; as CaseVisit.
using DamageVisit = std::function<Result<void>(const SubjectId&, const Error&)>;

// Entries [0, size). `threads`: 0: one per core. Cases come in no order.
// Errors, with the case's id: the first of io, corrupt (unless `damaged` takes it), and of the
// visits'; the rest is not visited then.
Result<void> for_each_case(const RebuildPlace& place, TreeSize size, unsigned threads,
                           const CaseVisit& visit, const DamageVisit& damaged = {});

}  // namespace stafett::bti
