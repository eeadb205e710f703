#pragma once
// Findings as they are printed, wherever they were computed.

#include <map>
#include <vector>

#include "projections/findings/finding.h"
#include "projections/labels/labels.h"

namespace stafett::tools {

// JSON Lines, or a line each for people; sorted by case, rule and reference.
void print_findings(const std::map<SubjectId, std::vector<bti::Finding>>& findings,
                    const bti::LabelResolver& names, bti::Language language, bool json);

}  // namespace stafett::tools
