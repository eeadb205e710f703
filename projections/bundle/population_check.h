#pragma once
// population.jsonl: that the sample is the one that its seed draws, from all cases that it had to
// be drawn from: those of the log, none of whose streams is nobody's, or those of the grant.
//
// Threads: one.

#include "projections/bundle/bundle_context.h"

namespace stafett::bti {

// REQUIRES: shared.jsonl, streams.jsonl and consistency.jsonl were checked.
void check_sample(BundleContext& context);

}  // namespace stafett::bti
