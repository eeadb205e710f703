#pragma once
// Keyring: whose key is valid at which position: the fold of the engine stream's key events.
//
// A key counts for position p if it was enrolled before p and not revoked before p. Events between
// a key's compromise and its revocation are suspect, not invalid.
//
// Threads: find() and the getters from any thread; apply() by the sequencer (or one loader).

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <unordered_map>
#include <vector>

#include "engine/format/engine_event.h"
#include "engine/log/log_keys.h"

namespace stafett::log {

struct EnrolledKey {
  crypto::PublicKey public_key;
  ActorId actor;
  format::Custody custody = format::Custody::own;
  Position enrolled_at;
  std::optional<Position> revoked_at;
  std::optional<Position> compromised_since;

  bool valid_at(Position position) const {
    return enrolled_at < position && (!revoked_at || *revoked_at >= position);
  }
  bool suspect_at(Position position) const {
    return compromised_since && *compromised_since <= position && valid_at(position);
  }
};

class Keyring final {
 public:
  // Genesis, KeyEnrolled, KeyRotated, KeyRevoked, LogKeyRotated change it; other events do not.
  // Errors: refused (a check that the log itself made when it accepted the event does not hold).
  Result<void> apply(const format::EngineEvent& event, Position position);
  // The same for an event that this log has stored. Whether the key's owner had it was checked when
  // the event came, and is by `verify`; again at every open it would take seconds for a town, and
  // stop nobody who can write to the database, as he has the key that he enrols.
  Result<void> apply_stored(const format::EngineEvent& event, Position position);

  // Also checks what apply() would refuse, without changing anything.
  Result<void> check(const format::EngineEvent& event) const;

  std::optional<EnrolledKey> find(const KeyId& key) const;
  // The actor's newest key that is not revoked.
  std::optional<KeyId> current_key(const ActorId& actor) const;
  // Keys of which it was said since when others had them.
  std::vector<EnrolledKey> compromised() const;
  bool is_administrator(const ActorId& actor) const;
  std::size_t size() const;
  // Grows with every event that may have changed a key: what was found holds while this stays.
  std::uint64_t changes() const { return changes_.load(std::memory_order_acquire); }

  // The log's own keys. REQUIRES: genesis() is there.
  LogKeys log_keys() const;
  transparency::VerifierKey log_key_at(TreeSize size) const;
  transparency::VerifierKey log_key() const;  // signs what comes now

  const std::optional<format::Genesis>& genesis() const { return genesis_; }
  const Hash& origin_hash() const { return origin_hash_; }

 private:
  enum class Possession : std::uint8_t { checked, known };
  Result<void> check_locked(const format::EngineEvent& event, Possession possession) const;
  Result<void> apply_checked(const format::EngineEvent& event, Position position,
                             Possession possession);
  Result<void> check_log_key(const format::LogKeyRotated& event, Possession possession) const;
  void enrol(const crypto::PublicKey& key, const ActorId& actor, format::Custody custody,
             Position position);

  mutable std::shared_mutex mutex_;
  std::atomic<std::uint64_t> changes_{0};                           // counted after what it counts
  std::unordered_map<KeyId, EnrolledKey, IdHash> keys_;             // Guarded by mutex_.
  std::unordered_map<ActorId, std::vector<KeyId>, IdHash> actors_;  // Guarded; oldest first.
  std::optional<LogKeys> log_keys_;                                 // Guarded; with genesis_.
  std::optional<format::Genesis> genesis_;                          // Set once, by position 0.
  Hash origin_hash_;                                                // Set with genesis_.
};

}  // namespace stafett::log
