#pragma once
// A checkpoint that somebody outside keeps, compared with the log as it is.
//
// Threads: one.

#include <string>

#include "engine/log/log.h"

namespace stafett::bti {

// Errors: malformed, bad_signature (of no log, or of another), corrupt (of a longer log, or of
// another history of this one), io.
Result<transparency::TreeHead> open_held(const log::Log& log, const std::string& note);

}  // namespace stafett::bti
