#pragma once
// What a scenario file expects: the lists `evaluate` and `expect`.
//
// Threads: any.

#include "projections/scenario/scenario.h"
#include "projections/scenario/strict_object.h"

namespace stafett::bti {

// Fills in the expectations, and the greatest day that they name. REQUIRES: to.days is set.
void read_expectations(const boost::json::array& evaluate, const boost::json::object& expect,
                       Scenario& to, FileFault& fault);

}  // namespace stafett::bti
