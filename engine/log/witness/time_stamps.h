#pragma once
// TimeStamps: what a time stamp authority has signed of this log's checkpoints, in files beside the
// database: one for each size, the response as it came.
//
// What is stamped is the SHA-256 of the checkpoint's three lines, which follow from the tree.
//
// Source:   RFC 3161; docs/formats/witness.md
// Threads:  any.
// Lifetime: everything referred to outlives it.

#include <vector>

#include "engine/crypto/time_stamp.h"
#include "engine/storage/files.h"
#include "engine/transparency/checkpoint.h"

namespace stafett::log {

// DIR.timestamps/
std::string time_stamps_directory(const std::string& database);

Hash time_stamp_imprint(const std::string& origin, const transparency::TreeHead& head);

class TimeStamps final {
 public:
  TimeStamps(storage::Files& files, std::string directory)
      : files_(files), directory_(std::move(directory)) {}

  // In ascending order. Errors: corrupt (another file is there), io.
  Result<std::vector<TreeSize>> sizes() const;
  Result<Bytes> at(TreeSize size) const;
  // Errors: conflict (there is one of this size: the first is kept), io.
  Result<void> put(TreeSize size, ByteView response);

 private:
  storage::Files& files_;
  const std::string directory_;
};

}  // namespace stafett::log
