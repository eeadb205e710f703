#pragma once
// Opening a log for a command: as the writer, with the system's clock and randomness.
//
// Lifetime: what it returns refers to objects that live as long as the process.

#include <string>

#include "projections/recorder/bti_log.h"

namespace stafett::tools {

log::LogOptions log_options();
Random& system_random();

// Takes the lock. Errors: as Log::open.
Result<bti::BtiLog> open_writer(const std::string& directory);
// As above, and refuses a log that is read-only. Errors: also read_only.
Result<bti::BtiLog> open_recording(const std::string& directory);

}  // namespace stafett::tools
