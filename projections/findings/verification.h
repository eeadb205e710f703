#pragma once
// F58: a fault that verification found at an entry of a case.
//
// Source:  docs/reference/verify.md (the report)
// Threads: any.

#include <boost/json/object.hpp>
#include <vector>

#include "engine/base/result.h"
#include "projections/findings/finding.h"

namespace stafett::bti {

inline constexpr RuleNo kChainFault = 58;

// The positions at which a report (`stafett verify --json`) of the log `origin` names a broken
// hash, signature or link, or a part that is changed or missing. Sorted, no repeats. Errors:
// malformed; invalid_argument (of another log: its positions are none of this one's).
Result<std::vector<Position>> faults_in_report(const boost::json::value& report,
                                               std::string_view origin);

// `recorded_at`: of the entry at the position.
Finding chain_fault(Position position, TimeUs recorded_at, const ProfileHistory& profiles);

}  // namespace stafett::bti
