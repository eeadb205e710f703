#pragma once
// Checkpointer: signs what was stored, after reading it back. Every entry since the last checkpoint
// is re-read from the database and re-hashed by a second path; only if that leads to the root that
// the sequencer computed, and the guard agrees, is a checkpoint signed and published.
//
// Threads:  checkpoint() from any thread, one at a time inside.
// Lifetime: everything referred to outlives it.

#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "engine/log/keeping/guard.h"
#include "engine/log/log_signer.h"
#include "engine/storage/store.h"
#include "engine/transparency/checkpoint.h"

namespace stafett::log {

class Checkpointer final {
 public:
  // Continues from the last checkpoint in the store. Errors: corrupt (it does not cover the tree,
  // or its signature does not verify).
  static Result<std::unique_ptr<Checkpointer>> open(storage::Store& store, Guard& guard,
                                                    const LogSigner& log_signer,
                                                    std::string origin);

  // Covers `head`, which must be durable. The newest note when it covers it already.
  // Errors: corrupt (what was stored is not what was hashed: nothing is signed), conflict (the
  // guard has seen another tree), io.
  Result<std::string> checkpoint(const transparency::TreeHead& head);
  std::optional<storage::StoredCheckpoint> latest() const;

 private:
  Checkpointer(storage::Store& store, Guard& guard, const LogSigner& log_signer, std::string origin)
      : store_(store), guard_(guard), log_signer_(log_signer), origin_(std::move(origin)) {}

  storage::Store& store_;
  Guard& guard_;
  const LogSigner& log_signer_;
  const std::string origin_;
  mutable std::mutex mutex_;
  transparency::CompactRange reread_;                // Guarded by mutex_.
  std::optional<storage::StoredCheckpoint> latest_;  // Guarded by mutex_.
};

}  // namespace stafett::log
