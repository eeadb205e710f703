#pragma once
// stafett keys escrow, recover: the root key as shares for several people, and back.

#include "tools/command.h"

namespace stafett::tools {

void add_key_escrow(CLI::App& keys, Run& run);

}  // namespace stafett::tools
