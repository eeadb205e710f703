#pragma once
// The cases of a bundle: their streams, whole up to where the log says that they end, and their
// events.
//
// Threads: one.

#include "projections/bundle/bundle_context.h"

namespace stafett::bti {

// streams.jsonl into the record; each line proven by the log's StreamHeads.
void read_streams(BundleContext& context);

void check_cases(BundleContext& context, EntryCheck& entries);

}  // namespace stafett::bti
