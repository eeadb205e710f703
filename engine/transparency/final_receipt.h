#pragma once
// A final receipt: a tlog-proof against a checkpoint that enough witnesses have cosigned, checked
// by nothing but what its holder has: the log's key, a policy, the leaf hash.
//
// Source:  c2sp.org/tlog-proof, c2sp.org/tlog-policy.
// Threads: pure function.

#include "engine/transparency/tlog_proof.h"
#include "engine/transparency/witness_policy.h"

namespace stafett::transparency {

// `log` under its origin as name. Where the policy names logs, `log` must be among them.
// Errors: as open_checkpoint; refused (too few witnesses, or a policy of other logs), corrupt (the
// leaf is not included).
Result<OpenedCheckpoint> verify_final_receipt(const TlogProof& proof, const Hash& leaf,
                                              const VerifierKey& log, const WitnessPolicy& policy);

}  // namespace stafett::transparency
