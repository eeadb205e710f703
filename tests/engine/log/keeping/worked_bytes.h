#pragma once
// The worked bytes of a format's page: the page is the golden vector.

#include <string>

#include "engine/base/bytes.h"

namespace stafett::log {

// The hex digits of the block after the line "<!-- worked: NAME -->" in docs/formats/PAGE. Within
// the block, what follows a `#` is a comment. Empty when there is no such block.
Bytes worked_bytes(const std::string& page, const std::string& name);

}  // namespace stafett::log
