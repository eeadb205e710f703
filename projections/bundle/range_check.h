#pragma once
// ranges.jsonl: that the entries which have no path of their own stand side by side in the log, as
// ranges of the checkpoint's tree.
//
// Threads: one.
// Limits:  40 bytes more of each entry, of all 32 again while one range is checked.

#include "projections/bundle/bundle_context.h"

namespace stafett::bti {

// `entries`: in any order. Whatever no range proves is a finding.
// REQUIRES: shared.jsonl and cases.jsonl were checked.
void check_ranges(BundleContext& context, std::vector<RangedEntry> entries);

}  // namespace stafett::bti
