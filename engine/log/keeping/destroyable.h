#pragma once
// Whether a file can be destroyed once its time has come: asked before anything depends on it. A
// key or a table that turns out not to be destroyable when the new one is in place would keep the
// log from opening.
//
// Threads: any.
// Errors:  refused (a link, or it cannot be written), io. A file that is not there can be.

#include <string>

#include "engine/storage/files.h"

namespace stafett::log {

Result<void> check_destroyable(storage::Files& files, const std::string& path);

}  // namespace stafett::log
