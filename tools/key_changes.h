#pragma once
// stafett keys rotate-log, suspect, reattest and move-root.

#include "tools/command.h"

namespace stafett::tools {

void add_key_changes(CLI::App& keys, Run& run);

}  // namespace stafett::tools
