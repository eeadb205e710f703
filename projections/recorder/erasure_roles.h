#pragma once
// Which erasures the log says were ordered or approved by somebody who was no administrator when
// that was recorded, so that a verifier with keys counts none of them: the gate refuses such, but
// whoever runs the machine with another program need not ask it.
//
// Source:  docs/decisions/0030
// Threads: any.

#include "engine/log/verify/verifier.h"

namespace stafett::bti {

// The positions of those acts, which rise. By the directory as it was known at each of them, as
// the gate judges. Errors: corrupt, io.
Result<std::vector<Position>> erasures_without_role(const storage::Reads& reads,
                                                    const log::VerifyKeys& keys, Random& random,
                                                    std::span<const log::ErasureOrder::Act> acts);

}  // namespace stafett::bti
