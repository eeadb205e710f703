#pragma once
// Writes a bundle's files, once the log has been told of it.
//
// Source:  docs/formats/bundle.md
// Threads: one.
// Limits:  memory: 8 bytes for each entry of the bundle, for a while, and 16 for each run of them;
//          100 for each document;
//          names of who occurs in the cases; about 160 bytes per stream of the log (its ends).

#include <functional>
#include <span>

#include "projections/bundle/export_record.h"

namespace stafett::bti {

struct BundlePlace {
  BtiLog& log;
  const std::string& directory;  // there, empty
  // Checkpoints of this log that somebody keeps elsewhere, as notes: their consistency is proven.
  std::span<const std::string> held;
  std::function<void(std::uint64_t done, std::uint64_t total)> progress;  // by cases; may be empty
};

// Errors: bad_signature, malformed, refused (a held checkpoint that is not this log's), corrupt
// (one that it contradicts; damage), io.
Result<void> write_bundle(const BundlePlace& place, const RecordedExport& made);

}  // namespace stafett::bti
