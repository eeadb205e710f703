#pragma once
// Judging a played scenario, and printing it without judging.
//
// Threads: one.

#include "projections/scenario/scenario_play.h"

namespace stafett::bti {

// {"scenario","ok","checks","skipped","failures":[{"expect","want","got"}]}. Nothing is
// skipped: every kind of expectation is judged. Errors: corrupt, io.
Result<boost::json::object> judge_scenario(const Scenario& scenario, const ScenarioPlay& play);

// {"cases":{CASE:{"state","findings"}},"rejected":[{"id","code"}]}: everything known, as of the end
// of the greatest day that the file names. Errors: corrupt, io.
Result<boost::json::object> print_scenario(const Scenario& scenario, const ScenarioPlay& play);

}  // namespace stafett::bti
