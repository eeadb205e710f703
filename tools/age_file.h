#pragma once
// A file encrypted for somebody's age key, by the program `age` (Debian's package age).
//
// Threads: one; no child of its own is waited for elsewhere.

#include <functional>
#include <string>

#include "engine/base/result.h"

namespace stafett::tools {

// "age1..." only: no file, no SSH key; and one that age takes, which is tried. Errors:
// invalid_argument, not_found (no such program), io.
Result<void> check_recipient(const std::string& recipient);

// What `write` writes into the descriptor is encrypted as it comes: nothing of it lies anywhere in
// clear. `to` is written by age; mode 0600. Errors: not_found (no such program), io (it failed; it
// says why on stderr); those of `write`.
Result<void> encrypt_file(const std::function<Result<void>(int descriptor)>& write,
                          const std::string& to, const std::string& recipient);

}  // namespace stafett::tools
