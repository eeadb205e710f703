#pragma once
// Which parts of a case's events the folds read (CaseFold, CaseTrack): the others stay sealed while
// states and views are kept up or built. A fold that asked for more would read it as absent: so a
// test holds these lists against what the sources of the folds ask for.
//
// Threads: any.

#include "engine/log/opener.h"
#include "projections/catalogue/registry.h"

namespace stafett::bti {

// Facts are read of every type.
log::PartSet folded_parts(schema::EventType type);

}  // namespace stafett::bti
