#pragma once
// The directory of a log on which nothing but its genesis has been recorded: the founders, and the
// first profile.
//
// Threads: any.

#include <string_view>

#include "engine/format/engine_event.h"
#include "projections/state/directory.h"

namespace stafett::bti {

// `profile`: canonical JSON, whose digest the genesis has. Errors: corrupt (no profile).
Result<Directory> founded_directory(const format::Genesis& genesis, std::string_view profile);

}  // namespace stafett::bti
