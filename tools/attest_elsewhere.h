#pragma once
// Suspect events attested again by somebody who keeps the key elsewhere: what is to be signed goes
// out, the signature comes back. Many events are signed at once.
//
//   {"message":BASE64,"events":[{"attests":POSITION,"leafHash":BASE64,"intent":BASE64,
//                                "part":BASE64}]}
//
// `message` is what is signed (docs/formats/signed-groups.md), over all intents in their order.
//
// Threads: any; recording waits for the log.
// Limits:  kAttestationsMax, kAttestationsBytesMax.

#include <span>
#include <string>

#include "engine/log/log.h"

namespace stafett::tools {

inline constexpr std::size_t kAttestationsMax = format::kSignedGroupMax;
inline constexpr std::size_t kAttestationsBytesMax = std::size_t{16} << 20;

struct AttestationsToSign {
  Bytes message;
  std::string text;  // one line
};

// By the person's newest key, an own one. Errors: not_found (no key), conflict (the key is kept
// here; an event is not suspect), refused (an event is of somebody else), invalid_argument (none or
// too many), io.
Result<AttestationsToSign> attestations_to_sign(log::Log& log, const ActorId& actor,
                                                std::span<const Position> positions);

// Records what attestations_to_sign made, of this person; returns how many. Again it is answered as
// before. Errors: malformed (the text), refused (of somebody else or of something else; the log's
// answer, as to another signature), conflict (not suspect), read_only, outcome_unknown, io.
Result<std::size_t> record_attestations(log::Log& log, const ActorId& actor, std::string_view text,
                                        const crypto::Signature& signature);

}  // namespace stafett::tools
