#pragma once
// Changes made with care: by somebody who has the database, and maybe the log's key as well.

#include "tests/engine/log/verify/test_log.h"

namespace stafett::log::verify_testing {

// The entry at `position` with what `change` makes of it. Signed anew with `by`, if given; else the
// old signature stays.
void forge(Intruder& intruder, Position position, const std::function<void(format::Entry&)>& change,
           const crypto::SigningKey* by = nullptr);

// Tiles as the entries now are.
void remake_tiles(Intruder& intruder);

// Receipts and the checkpoints that are there, signed with the log's key for the entries as they
// now are.
void resign(Intruder& intruder, const crypto::SigningKey& log_key);

std::string note_of(const crypto::SigningKey& log_key, TreeSize size, const Hash& root);

}  // namespace stafett::log::verify_testing
