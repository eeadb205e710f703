#pragma once
// Which intents the log says it refused: what CommandRejected and ReadDenied name, so that a
// verifier with keys can tell a refused index of a signed group from a withheld one.
//
// Threads: any.

#include "engine/log/opener.h"
#include "engine/log/verify/verifier.h"

namespace stafett::bti {

// Leaf hashes, in recorded order. Errors: corrupt, io.
Result<std::vector<Hash>> refused_intents(const storage::Reads& reads, const log::VerifyKeys& keys,
                                          Random& random);

}  // namespace stafett::bti
