#pragma once
// What a log sends to a witness: a checkpoint, and the proof that it goes on from an older one.
//
// Source: c2sp.org/tlog-witness.

#include <string>

#include "engine/storage/reads.h"
#include "engine/transparency/tree.h"

namespace stafett::log {

// `note` is the checkpoint's whose head is `head`; `old_size` is what the witness cosigned last.
// Checked before it is handed out.
// Errors: invalid_argument (the witness has seen a larger log), corrupt, io.
Result<std::string> make_witness_request(const storage::Reads& reads,
                                         const transparency::TreeHead& head,
                                         const std::string& note, TreeSize old_size);

}  // namespace stafett::log
