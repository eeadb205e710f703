#pragma once
// Files that nobody else can use: read straight into the caller's memory, which it wipes. Not
// through Files, whose buffers nobody wipes and which has no word for permissions.
//
// Threads: any.

#include <span>
#include <string>

#include "engine/base/result.h"

namespace stafett::log {

// Exactly as many bytes as `out` has. Errors: not_found, refused (not a plain file of this user or
// root, or others may use it), malformed (another size), io.
Result<void> read_private(const std::string& path, std::span<std::uint8_t> out);

}  // namespace stafett::log
