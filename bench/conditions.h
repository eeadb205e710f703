#pragma once
// The machine and the libraries that a run was measured with.

#include <string>

#include "bench/report.h"

namespace stafett::bench {

// `directory`: where the logs will be; its file system's sync is timed.
void add_conditions(Report& report, const std::string& directory);

}  // namespace stafett::bench
