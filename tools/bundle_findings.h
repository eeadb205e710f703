#pragma once
// stafett findings BUNDLE: what a supervisor would ask about in the cases of a bundle, computed
// from nothing but the bundle, once all of it has been checked.

#include <string>

#include "engine/base/result.h"
#include "projections/labels/labels.h"
#include "projections/state/timeline.h"

namespace stafett::tools {

struct BundleQuestion {
  const std::string& bundle;
  const std::string& case_label;  // empty: all
  const std::string& as_of;       // empty: now
  bti::Knowledge known;
};
// An exit code: kVerificationFailed, and no findings, when the bundle does not hold.
// Errors: not_found (no bundle, no such case), invalid_argument, io.
Result<int> find_in_bundle(const BundleQuestion& question, bti::Language language, bool json);

}  // namespace stafett::tools
