#pragma once
// stafett keys rotate-log, suspect and reattest.

#include "tools/command.h"

namespace stafett::tools {

void add_key_changes(CLI::App& keys, Run& run);

}  // namespace stafett::tools
