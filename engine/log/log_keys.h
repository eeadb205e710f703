#pragma once
// LogKeys: which of a log's own keys signs at which size. A LogKeyRotated at position p gives the
// log another key: whatever covers p (a checkpoint of more than p entries; receipts of a group that
// begins behind p) is signed by the new one, all before it by the one before. So a key that was
// given up can be held against what it signs later, and what it signed in its time still verifies.
//
// Threads: a value.

#include <span>
#include <vector>

#include "engine/base/ids.h"
#include "engine/transparency/checkpoint.h"

namespace stafett::log {

class LogKeys final {
 public:
  // One key that was never changed. NOLINTNEXTLINE(google-explicit-constructor)
  LogKeys(transparency::VerifierKey only) { all_.push_back({Position{0}, std::move(only)}); }

  // REQUIRES: behind all that were added before.
  void add(const crypto::PublicKey& key, Position rotated_at);

  // Of a checkpoint of this size, or of a group of receipts whose first position it is.
  const transparency::VerifierKey& at(TreeSize size) const;
  const transparency::VerifierKey& newest() const { return all_.back().key; }
  bool contains(const crypto::PublicKey& key) const;

  struct Key {
    Position rotated_at;  // of the first: 0
    transparency::VerifierKey key;
    friend bool operator==(const Key&, const Key&) = default;
  };
  const std::vector<Key>& all() const { return all_; }  // oldest first
  friend bool operator==(const LogKeys&, const LogKeys&) = default;

 private:
  std::vector<Key> all_;  // never empty
};

// A checkpoint of the log, by the key that signs at its size.
// Errors: as transparency::open_checkpoint.
Result<transparency::OpenedCheckpoint> open_log_checkpoint(
    std::string_view note, const LogKeys& keys,
    std::span<const transparency::VerifierKey> witnesses = {});

}  // namespace stafett::log
