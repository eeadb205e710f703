#pragma once
// EngineRules: who may record which engine event.
//
//   Genesis                    position 0 only, by a key that it names
//   KeyEnrolled                an administrator, or a key of custody system
//   KeyRotated                 the actor whose key it is, with the old key
//   KeyRevoked                 an administrator, a key of custody system, or the actor itself
//   EventReattested            anybody; what it counts for is the verifier's to say
//   ErasureOrdered, -Approved  a person's key, own or custodial; the gate says whose; of positions
//                              before the order
//   LogKeyRotated              a key of custody system; both of the log's keys have signed it
//   WitnessPolicyChanged       a key of custody system; the policy is one, and of this log
//   everything else            a key of custody system

#include <optional>

#include "engine/log/keyring.h"
#include "engine/log/submission.h"

namespace stafett::log {

// Threads: the sequencer's. Code `not-authorised`, `key-refused`, `order-refused` or
// `policy-refused`.
std::optional<Refusal> judge_engine_event(const Keyring& keyring, const format::Intent& intent,
                                          const format::EngineEvent& event, Position position);

}  // namespace stafett::log
