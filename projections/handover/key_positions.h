#pragma once
// Where a log tells of keys.
//
// Source:  docs/formats/handover.md
// Threads: any.

#include <set>

#include "engine/log/log.h"

namespace stafett::bti {

// Of the genesis; of where these keys were enrolled, and those that they took the place of; and of
// where that ended, below `size`. Errors: corrupt (a key was never enrolled), io.
Result<std::set<Position>> positions_of_keys(const log::Log& log, const std::set<KeyId>& keys,
                                             TreeSize size);

}  // namespace stafett::bti
