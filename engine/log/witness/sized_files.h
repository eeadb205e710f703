#pragma once
// Files named by a size in 20 digits, so that their names are in order of it.

#include <optional>
#include <string>
#include <vector>

#include "engine/storage/files.h"

namespace stafett::log {

std::string sized_name(TreeSize size);

// In ascending order; "lock" and what a write that was cut short has left are no such files.
// Errors: corrupt (another file is there), io.
Result<std::vector<TreeSize>> sized_files(storage::Files& files, const std::string& directory);

}  // namespace stafett::log
