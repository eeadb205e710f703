#pragma once
// What a witness keeps of one log, in one file: whom it believes, and what it cosigned last. In one
// file, so that what was cosigned cannot be lost apart: a witness that has lost it does not know
// the log at all.
//
// Source:  docs/formats/witness.md
// Threads: pure functions and values.
// Limits:  kWitnessFileBytesMax per file, kWitnessKeysMax keys.
//
//   stafett/witness-log/v1
//   origin <origin>
//   key <vkey>                       1 or more
//   <empty line>
//   <checkpoint note, with the log's signature and the witness's own>     absent: none yet

#include "engine/transparency/witness_request.h"

namespace stafett::log {

inline constexpr std::size_t kWitnessKeysMax = 16;
inline constexpr std::size_t kWitnessFileBytesMax = transparency::kNoteBytesMax + 64 * 1024;

struct WitnessFile {
  std::string origin;
  std::vector<transparency::VerifierKey> keys;  // of type ed25519
  std::string cosigned;                         // empty: none yet
  friend bool operator==(const WitnessFile&, const WitnessFile&) = default;
};

std::string format_witness_file(const WitnessFile& file);
// Parsed only: no signature is looked at. Errors: corrupt.
Result<WitnessFile> parse_witness_file(std::string_view text);

}  // namespace stafett::log
