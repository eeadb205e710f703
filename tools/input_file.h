#pragma once
// A file that a command is given whole.

#include <string>

#include "engine/base/result.h"

namespace stafett::tools {

// "-" or empty: stdin. Errors: not_found, io, too_large.
Result<std::string> read_input(const std::string& path, std::size_t bytes_max);

}  // namespace stafett::tools
