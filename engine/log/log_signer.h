#pragma once
// LogSigner: the log's own signing keys that this program holds. Which of them signs follows from
// what is signed (log_keys.h): while the key changes there are two.
//
// Threads:  any.
// Lifetime: `keyring` outlives it.

#include <deque>
#include <shared_mutex>

#include "engine/log/keyring.h"

namespace stafett::log {

class LogSigner final {
 public:
  explicit LogSigner(const Keyring& keyring) : keyring_(keyring) {}

  void hold(crypto::SigningKey key);
  bool holds(const crypto::PublicKey& key) const;
  // The key of a checkpoint of this size, or of receipts from this position on.
  // REQUIRES: holds() it; no event gives the log a key that is not held (sequencer.cc).
  const crypto::SigningKey& at(TreeSize size) const;
  const Keyring& keyring() const { return keyring_; }

 private:
  const crypto::SigningKey* find(const crypto::PublicKey& key) const;

  const Keyring& keyring_;
  mutable std::shared_mutex mutex_;
  std::deque<crypto::SigningKey> keys_;  // Guarded by mutex_; grows only, places stay.
};

}  // namespace stafett::log
