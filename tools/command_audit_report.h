#pragma once
// stafett audit report: the review report of a period, over a log or over a bundle.

#include "tools/command.h"

namespace stafett::tools {

void add_report(CLI::App& audit, Run& run);

}  // namespace stafett::tools
