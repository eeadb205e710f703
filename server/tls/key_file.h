#pragma once
// Whether a file may hold something secret of this server's.

#include <string>

#include "engine/base/result.h"

namespace stafett::server {

// A plain file of this user or root that others neither read nor write, and the group does not
// write. Errors: not_found, io, refused.
Result<void> look_at_key_file(const std::string& path);

}  // namespace stafett::server
