#include "engine/log/log_keys.h"

#include <algorithm>

#include "engine/base/check.h"

namespace stafett::log {

void LogKeys::add(const crypto::PublicKey& key, Position rotated_at) {
  CHECK(all_.back().rotated_at < rotated_at);
  const transparency::VerifierKey& first = all_.front().key;
  all_.push_back({rotated_at, {first.name, first.type, key}});
}

const transparency::VerifierKey& LogKeys::at(TreeSize size) const {
  const auto later = std::upper_bound(
      all_.begin() + 1, all_.end(), size,
      [](TreeSize wanted, const Key& key) { return wanted.value() <= key.rotated_at.value(); });
  return std::prev(later)->key;
}

bool LogKeys::contains(const crypto::PublicKey& key) const {
  return std::any_of(all_.begin(), all_.end(), [&](const Key& one) { return one.key.key == key; });
}

Result<transparency::OpenedCheckpoint> open_log_checkpoint(
    std::string_view note, const LogKeys& keys,
    std::span<const transparency::VerifierKey> witnesses) {
  ENGINE_TRY(parsed, transparency::parse_note(note));
  ENGINE_TRY(checkpoint, transparency::parse_checkpoint(parsed.text));
  const transparency::VerifierKey& key = keys.at(checkpoint.head.size);
  return transparency::open_checkpoint(note, key, key.name, witnesses);
}

}  // namespace stafett::log
