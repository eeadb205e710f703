#include "engine/log/keyring.h"

#include <algorithm>
#include <mutex>

#include "engine/base/check.h"
#include "engine/crypto/sha256.h"

namespace stafett::log {
namespace {

using format::KeyEnrolled;
using format::KeyRevoked;
using format::KeyRotated;
using format::LogKeyRotated;

Error refused(const char* why) {
  return Error{Errc::refused, why};
}

// That somebody else had a key is often found out when it counts no longer: a thief rotates it too.
bool tells_more(const KeyRevoked& event, const EnrolledKey& key) {
  return event.compromised_since &&
         (!key.compromised_since || *event.compromised_since < *key.compromised_since);
}

}  // namespace

Result<void> Keyring::check(const format::EngineEvent& event) const {
  const std::shared_lock lock{mutex_};
  return check_locked(event, Possession::checked);
}

Result<void> Keyring::check_locked(const format::EngineEvent& event, Possession possession) const {
  if (std::holds_alternative<format::Genesis>(event)) {
    if (genesis_) return refused("a log has one genesis");
    return {};
  }
  if (!genesis_) return refused("a log begins with its genesis");
  const auto check_new = [&](const crypto::PublicKey& key, const ActorId& actor,
                             const crypto::Signature& proof) -> Result<void> {
    if (keys_.contains(crypto::key_id(key))) return refused("the key is enrolled already");
    if (possession == Possession::known) return {};
    if (!crypto::is_valid_public_key(key)) return refused("not a valid Ed25519 key");
    if (!crypto::verify(key, format::possession_message(origin_hash_, actor, key), proof))
      return refused("no proof of possession");
    return {};
  };
  if (const auto* enrolled = std::get_if<KeyEnrolled>(&event))
    return check_new(enrolled->public_key, enrolled->actor, enrolled->possession);
  if (const auto* rotated = std::get_if<KeyRotated>(&event)) {
    const auto old = keys_.find(rotated->old_key);
    if (old == keys_.end() || old->second.revoked_at) return refused("the old key is not valid");
    return check_new(rotated->public_key, old->second.actor, rotated->possession);
  }
  if (const auto* rotated = std::get_if<LogKeyRotated>(&event))
    return check_log_key(*rotated, possession);
  if (const auto* revoked = std::get_if<KeyRevoked>(&event)) {
    const auto key = keys_.find(revoked->key);
    if (key == keys_.end()) return refused("no such key");
    if (key->second.revoked_at && !tells_more(*revoked, key->second))
      return refused("the key is revoked already");
  }
  return {};
}

Result<void> Keyring::check_log_key(const LogKeyRotated& event, Possession possession) const {
  if (log_keys_->contains(event.public_key) || keys_.contains(crypto::key_id(event.public_key)))
    return refused("the key was in use before");
  if (possession == Possession::known) return {};
  if (!crypto::is_valid_public_key(event.public_key)) return refused("not a valid Ed25519 key");
  const crypto::PublicKey& before = log_keys_->newest().key;
  const Bytes message = format::log_key_message(origin_hash_, before, event.public_key);
  if (!crypto::verify(event.public_key, message, event.possession))
    return refused("no proof of possession");
  if (!crypto::verify(before, message, event.handover))
    return refused("not handed over by the log's key before it");
  return {};
}

Result<void> Keyring::apply(const format::EngineEvent& event, Position position) {
  return apply_checked(event, position, Possession::checked);
}

Result<void> Keyring::apply_stored(const format::EngineEvent& event, Position position) {
  return apply_checked(event, position, Possession::known);
}

Result<void> Keyring::apply_checked(const format::EngineEvent& event, Position position,
                                    Possession possession) {
  const std::unique_lock lock{mutex_};
  ENGINE_TRY_VOID(check_locked(event, possession));
  if (const auto* genesis = std::get_if<format::Genesis>(&event)) {
    genesis_ = *genesis;
    origin_hash_ = crypto::sha256(as_bytes(genesis->origin));
    log_keys_.emplace(transparency::VerifierKey{genesis->origin, transparency::KeyType::ed25519,
                                                genesis->log_key});
    for (const auto& administrator : genesis->administrators)
      enrol(administrator.public_key, administrator.actor, administrator.custody, position);
  } else if (const auto* enrolled = std::get_if<KeyEnrolled>(&event)) {
    enrol(enrolled->public_key, enrolled->actor, enrolled->custody, position);
  } else if (const auto* rotated = std::get_if<KeyRotated>(&event)) {
    EnrolledKey& old = keys_.at(rotated->old_key);
    old.revoked_at = position;
    enrol(rotated->public_key, old.actor, old.custody, position);
  } else if (const auto* log_key = std::get_if<LogKeyRotated>(&event)) {
    log_keys_->add(log_key->public_key, position);
  } else if (const auto* revoked = std::get_if<KeyRevoked>(&event)) {
    EnrolledKey& key = keys_.at(revoked->key);
    if (!key.revoked_at) key.revoked_at = position;
    key.compromised_since = revoked->compromised_since;
  }
  changes_.fetch_add(1, std::memory_order_release);
  return {};
}

void Keyring::enrol(const crypto::PublicKey& key, const ActorId& actor, format::Custody custody,
                    Position position) {
  const KeyId id = crypto::key_id(key);
  keys_.emplace(id, EnrolledKey{key, actor, custody, position, std::nullopt, std::nullopt});
  actors_[actor].push_back(id);
}

std::optional<EnrolledKey> Keyring::find(const KeyId& key) const {
  const std::shared_lock lock{mutex_};
  const auto found = keys_.find(key);
  if (found == keys_.end()) return std::nullopt;
  return found->second;
}

std::optional<KeyId> Keyring::current_key(const ActorId& actor) const {
  const std::shared_lock lock{mutex_};
  const auto found = actors_.find(actor);
  if (found == actors_.end()) return std::nullopt;
  const auto newest = std::find_if(found->second.rbegin(), found->second.rend(),
                                   [&](const KeyId& id) { return !keys_.at(id).revoked_at; });
  if (newest == found->second.rend()) return std::nullopt;
  return *newest;
}

std::vector<EnrolledKey> Keyring::compromised() const {
  const std::shared_lock lock{mutex_};
  std::vector<EnrolledKey> found;
  for (const auto& [id, key] : keys_)
    if (key.compromised_since) found.push_back(key);
  return found;
}

bool Keyring::is_administrator(const ActorId& actor) const {
  if (!genesis_) return false;
  return std::ranges::any_of(genesis_->administrators,
                             [&](const auto& a) { return a.actor == actor; });
}

LogKeys Keyring::log_keys() const {
  const std::shared_lock lock{mutex_};
  CHECK(log_keys_);
  return *log_keys_;
}

transparency::VerifierKey Keyring::log_key_at(TreeSize size) const {
  const std::shared_lock lock{mutex_};
  CHECK(log_keys_);
  return log_keys_->at(size);
}

transparency::VerifierKey Keyring::log_key() const {
  const std::shared_lock lock{mutex_};
  CHECK(log_keys_);
  return log_keys_->newest();
}

std::size_t Keyring::size() const {
  const std::shared_lock lock{mutex_};
  return keys_.size();
}

}  // namespace stafett::log
