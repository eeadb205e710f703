#pragma once
// tlog-proof: one file that proves, offline, that an entry is in a log.
//
// Source:  c2sp.org/tlog-proof.
// Threads: pure functions and values.
// Limits:  kTlogProofBytesMax per file, kProofNodesMax hashes.
//
//   c2sp.org/tlog-proof@v1
//   [extra <base64>]                 not authenticated by anything
//   index <decimal>
//   <base64 hash>                    0 .. 63 lines, the leaf's sibling first
//   <empty line>
//   <checkpoint note, with cosignatures>

#include "engine/transparency/checkpoint.h"
#include "engine/transparency/proof.h"

namespace stafett::transparency {

inline constexpr std::size_t kTlogProofBytesMax = 2 * kNoteBytesMax;

// Parsed only: nothing here has been verified.
struct TlogProof {
  std::optional<Bytes> extra{};  // never trust it
  Position position;
  Path path;
  std::string checkpoint_note;
  friend bool operator==(const TlogProof&, const TlogProof&) = default;
};

// Errors: malformed (also when another text would have the same meaning), too_large.
Result<TlogProof> parse_tlog_proof(std::string_view file);
// The only file that parses to this. REQUIRES: checkpoint_note is a checkpoint's; limits as above.
std::string format_tlog_proof(const TlogProof& proof);

// Whom to believe.
struct TrustPolicy {
  std::string origin;
  VerifierKey log;
  std::vector<VerifierKey> witnesses{};
  std::size_t witnesses_required = 0;  // distinct witness names that must have cosigned
};

// Verifies, in this order: the log's signature and origin, the cosignatures, the inclusion of
// `leaf` at proof.position. The leaf hash must be computed from the entry itself.
// Errors: as open_checkpoint; bad_signature (too few witnesses), corrupt (not included),
// invalid_argument (more witnesses required than there are).
Result<OpenedCheckpoint> verify_tlog_proof(const TlogProof& proof, const Hash& leaf,
                                           const TrustPolicy& policy);

}  // namespace stafett::transparency
