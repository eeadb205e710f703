#pragma once
// What a witness is asked, and what it must answer: a checkpoint, and the proof that it goes on
// from the one that the witness cosigned last.
//
// Source:  c2sp.org/tlog-witness (add-checkpoint).
// Threads: pure functions and values.
// Limits:  kWitnessRequestBytesMax per request, kProofNodesMax hashes.
//
//   old <size of the checkpoint cosigned last, 0: none>
//   <base64 hash>                    0 .. 63 lines: consistency
//   <empty line>
//   <checkpoint note, signed by the log>

#include "engine/transparency/checkpoint.h"
#include "engine/transparency/proof.h"

namespace stafett::transparency {

inline constexpr std::size_t kWitnessRequestBytesMax = kNoteBytesMax + 8 * 1024;

// Parsed only: nothing here has been verified.
struct WitnessRequest {
  TreeSize old_size;
  Path proof;
  std::string checkpoint_note;
  friend bool operator==(const WitnessRequest&, const WitnessRequest&) = default;
};

// Errors: malformed (also when another text would have the same meaning, or the note is no
// checkpoint's), too_large.
Result<WitnessRequest> parse_witness_request(std::string_view body);
// The only text that parses to this. REQUIRES: checkpoint_note is a checkpoint's; limits as above.
std::string format_witness_request(const WitnessRequest& request);

// What a witness knows of the log that a checkpoint names.
struct WitnessedLog {
  std::vector<VerifierKey> keys;  // whom it believes; of type ed25519
  TreeHead last{TreeSize{0}, empty_root()};
};

// As HTTP says it.
enum class WitnessVerdict : std::uint16_t {
  cosign = 200,
  malformed = 400,     // or the old size is larger than the checkpoint's
  untrusted = 403,     // no signature of a key that is believed, or one that does not verify
  unknown_log = 404,   // of the origin; here by whoever looks it up
  conflict = 409,      // the old size is not that of the checkpoint cosigned last
  inconsistent = 422,  // another history: nothing may be cosigned
};

// A request with its note taken apart once.
struct OpenedRequest {
  WitnessRequest request;
  Note note;
  Checkpoint checkpoint;
};
// Errors: as parse_witness_request.
Result<OpenedRequest> open_witness_request(std::string_view body);

// All that the specification asks, in its order, but for the lookup of the origin.
WitnessVerdict judge_witness_request(const OpenedRequest& request, const WitnessedLog& log);

}  // namespace stafett::transparency
