#pragma once
// A file encrypted for somebody's age key, by the program `age` (Debian's package age).
//
// Threads: one.

#include <string>

#include "engine/base/result.h"

namespace stafett::tools {

// "age1..." only: no file, no SSH key. Errors: invalid_argument.
Result<void> check_recipient(const std::string& recipient);

// `to` is written by age; mode 0600. Errors: not_found (no such program), io (it failed; it says
// why on stderr).
Result<void> encrypt_file(const std::string& from, const std::string& to,
                          const std::string& recipient);

}  // namespace stafett::tools
