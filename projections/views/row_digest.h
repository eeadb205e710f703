#pragma once
// RowDigest: what the rows of a projection are at a size of the log, in 32 bytes: SHA-256 over
// (case id, SHA-256 of the row), by case id. Whoever folds the same entries with the same version
// gets the same.
//
// Source:  docs/formats/view-rows.md
// Threads: add() from any, the rest by one.
// Limits:  48 bytes a case.

#include <mutex>
#include <vector>

#include "engine/crypto/sha256.h"
#include "projections/views/views.h"

namespace stafett::bti {

class RowDigest final {
 public:
  void add(const SubjectId& case_id, ByteView row) {
    const Hash hash = crypto::sha256(row);
    const std::lock_guard lock{mutex_};
    rows_.push_back({case_id, hash});
  }
  std::uint64_t cases() const { return rows_.size(); }
  Hash finish();

 private:
  struct Row {
    SubjectId case_id;
    Hash hash;
  };
  std::mutex mutex_;
  std::vector<Row> rows_;  // Guarded by mutex_.
};

// Of the rows that are stored. Errors: corrupt, io.
Result<Hash> stored_digest(const ViewRead& read, const Generation& generation);

}  // namespace stafett::bti
