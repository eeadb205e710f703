#pragma once
// Changing whose key is valid: enrolment of a person's own key, rotation, revocation; and which
// witnesses are asked for.
//
// Threads: any; waits for the log.
// Errors of all: not_found (no key), refused (the log's answer), read_only, outcome_unknown, io.

#include <optional>

#include "engine/log/log.h"
#include "engine/transparency/note.h"

namespace stafett::tools {

// The person has the private key elsewhere and has signed possession_message() with it.
Result<void> enrol_own_key(log::Log& log, const ActorId& actor, const crypto::PublicKey& key,
                           const crypto::Signature& possession);
// A new key for an actor whose key is kept here; the old key signs. Returns the new key's id.
Result<KeyId> rotate_kept_key(log::Log& log, const ActorId& actor);
// The log's own key; returns the new one. Errors: also conflict: the witness policy in force names
// the log by its key, and nothing signed by another would meet it.
Result<transparency::VerifierKey> rotate_key_of_log(log::Log& log);
// What that person signs to stand by a suspect event: its author, or an administrator of the
// genesis who is a person. Errors: conflict (it is not suspect), refused (it is of somebody else).
Result<format::EventReattested> attestation_of(const log::Log& log, const ActorId& actor,
                                               Position position);
// The event counts as attested again, by a person whose key is kept here. Errors: as
// attestation_of, too.
Result<void> attest_again(log::Log& log, const ActorId& actor, Position position);
// REQUIRES: text is a policy.
Result<void> record_witness_policy(log::Log& log, const std::string& text);
Result<void> revoke_key(log::Log& log, const KeyId& key, format::RevocationReason reason,
                        std::optional<Position> compromised_since);

}  // namespace stafett::tools
