#pragma once
// A proof that an entry is in the log, in one text that is checked offline.
//
// Source: c2sp.org/tlog-proof.

#include <string>

#include "engine/storage/reads.h"
#include "engine/transparency/tree.h"

namespace stafett::log {

// Against a checkpoint's note, whose head is `head`. Checked before it is handed out.
// Errors: not_found (outside the log, or after the checkpoint), corrupt, io.
Result<std::string> entry_proof(const storage::Reads& reads, Position position,
                                const transparency::TreeHead& head, const std::string& note);

}  // namespace stafett::log
