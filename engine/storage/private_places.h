#pragma once
// Files and folders that nobody else can have put there, nor can look into: for content in clear
// that is written where others may write too.
//
// Source:  POSIX (O_EXCL, O_NOFOLLOW, mkdtemp)
// Threads: any.
// Errors:  io.

#include <string>

#include "engine/base/result.h"

namespace stafett::storage {

// An empty file of mode 0600. Also refused: a link, wherever it leads.
Result<void> make_new_file(const std::string& path);
// A new folder of mode 0700, called `before` and six characters more.
Result<std::string> make_new_folder(const std::string& before);

}  // namespace stafett::storage
