#include "engine/transparency/final_receipt.h"

#include <algorithm>

namespace stafett::transparency {

Result<OpenedCheckpoint> verify_final_receipt(const TlogProof& proof, const Hash& leaf,
                                              const VerifierKey& log, const WitnessPolicy& policy) {
  const auto is_named = [&](const PolicyLog& one) { return one.key == log; };
  if (!policy.logs().empty() && std::ranges::none_of(policy.logs(), is_named))
    return Error{Errc::refused, "the policy is of other logs"};
  ENGINE_TRY(opened, open_checkpoint(proof.checkpoint_note, log, log.name, policy.keys()));
  if (!policy.is_met(opened.cosignatures()))
    return Error{Errc::refused, "too few witnesses have cosigned"};
  ENGINE_TRY_VOID(verify_inclusion(leaf, proof.position, opened.head(), proof.path));
  return std::move(opened);
}

}  // namespace stafett::transparency
