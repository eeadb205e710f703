#pragma once
// The manifest of an audit bundle: every other file with its length and digest, signed by the log.
//
// Source:  docs/formats/bundle.md; c2sp.org/signed-note
// Threads: pure functions.

#include <vector>

#include "engine/transparency/note.h"
#include "projections/bundle/bundle_files.h"

namespace stafett::bti {

struct Manifest {
  std::string origin;
  TreeSize size;                  // what is told is of entries [0, size)
  Position heads;                 // of the StreamHeads over them
  std::vector<FileDigest> files;  // those of bundle_file::kAll, in that order
};

// REQUIRES: `files` as above.
std::string sign_manifest(const Manifest& manifest, const crypto::SigningKey& log_key);
// Errors: malformed, too_large, unsupported (another version), bad_signature (not by this key).
Result<Manifest> open_manifest(std::string_view note, const transparency::VerifierKey& log_key);

}  // namespace stafett::bti
