#pragma once
// An entry of a closed log exchanged behind its back.

#include <string>

#include "engine/base/ids.h"

namespace stafett::testing {

// Puts this entry into the log's database; empty: takes it away. What was there.
// REQUIRES: `path` is a database of ours that nobody has open.
std::string swap_entry(const std::string& path, Position position, const std::string& entry);

}  // namespace stafett::testing
