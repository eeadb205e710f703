#include "engine/log/log_signer.h"

#include <algorithm>
#include <mutex>

namespace stafett::log {

void LogSigner::hold(crypto::SigningKey key) {
  if (holds(key.public_key())) return;
  const std::unique_lock lock{mutex_};
  keys_.push_back(std::move(key));
}

const crypto::SigningKey* LogSigner::find(const crypto::PublicKey& key) const {
  const std::shared_lock lock{mutex_};
  const auto found = std::ranges::find(keys_, key, &crypto::SigningKey::public_key);
  return found == keys_.end() ? nullptr : &*found;
}

bool LogSigner::holds(const crypto::PublicKey& key) const {
  return find(key) != nullptr;
}

const crypto::SigningKey& LogSigner::at(TreeSize size) const {
  const crypto::SigningKey* key = find(keyring_.log_key_at(size).key);
  CHECK(key != nullptr);
  return *key;
}

}  // namespace stafett::log
