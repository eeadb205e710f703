#pragma once
// What all cases of a bundle share: the engine's, the directory's and the audit stream.
//
// Threads: one.

#include "projections/bundle/bundle_context.h"

namespace stafett::bti {

// Genesis, keys, erasures and stream heads, so that entries can be checked in any order. Checks
// nothing: all of it is gone through again by check_shared().
void read_shared_record(BundleContext& context);

// Also: that the log was told of this bundle, and that the grant covers its cases.
void check_shared(BundleContext& context, EntryCheck& entries);

}  // namespace stafett::bti
