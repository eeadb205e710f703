#pragma once
// The work list of one person over all cases of a log.
//
// Source:   docs/reference/worklists.md
// Threads:  starts its own, one per core.
// Lifetime: log and gate outlive the call.
// Limits:   memory: the items, and the events of as many cases as there are threads.

#include <vector>

#include "projections/recorder/case_reader.h"
#include "projections/worklists/work_list.h"

namespace stafett::bti {

struct PersonsWork {
  std::vector<WorkItem> items;   // sorted
  std::vector<SubjectId> cases;  // that an item is about, each once
  std::size_t damaged = 0;       // cases whose content cannot be read: there may be work in them
};

// `axes`: both given. Errors: io; corrupt, where it is not a case's own content.
Result<PersonsWork> work_of_person(log::Log& log, BtiGate& gate, const ActorId& person,
                                   const Axes& axes);

}  // namespace stafett::bti
