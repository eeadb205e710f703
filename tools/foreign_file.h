#pragma once
// A file in a folder into which others write: it must not make us read what they could not, nor
// wait.
//
// Source:  POSIX (O_NOFOLLOW, O_NONBLOCK)
// Threads: any.

#include <string>

#include "engine/base/result.h"

namespace stafett::tools {

// Errors: refused (a link, or no file but a folder, a pipe and the like), too_large, io.
Result<std::string> read_foreign_file(const std::string& path, std::size_t bytes_max);

}  // namespace stafett::tools
