#pragma once
// Files that nobody else can use: read straight into the caller's memory, which it wipes. Not
// through Files, whose buffers nobody wipes and which has no word for permissions.
//
// Threads: any.

#include <span>
#include <string>

#include "engine/base/bytes.h"
#include "engine/base/result.h"

namespace stafett::log {

// Exactly as many bytes as `out` has. Errors: not_found, refused (not a plain file of this user or
// root, or others may use it), malformed (another size), io.
Result<void> read_private(const std::string& path, std::span<std::uint8_t> out);

// What is in it, at most `bytes_max`. Errors: as above; malformed when it is empty or has more.
Result<Bytes> read_private_text(const std::string& path, std::size_t bytes_max);

}  // namespace stafett::log
