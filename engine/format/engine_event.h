#pragma once
// Engine events: keys, restarts, erasures, digests, as values, and the canonical bytes of the
// public part that carries them.
//
// Source: docs/formats/engine-events.md, engine_events.capnp.

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "engine/crypto/ed25519.h"
#include "engine/format/intent.h"

namespace stafett::format {

inline constexpr std::size_t kOriginBytesMax = 255;
inline constexpr std::size_t kAdministratorsMax = 32;
inline constexpr std::size_t kErasureRangesMax = 1600;  // 38 400 bytes: fits an entry
inline constexpr std::size_t kProjectionNameBytesMax = 64;
inline constexpr std::size_t kWitnessPolicyBytesMax = 32 * 1024;

struct Genesis {
  struct Administrator {
    ActorId actor;
    crypto::PublicKey public_key;
    Custody custody = Custody::own;
  };
  std::string origin;
  crypto::PublicKey log_key;
  std::vector<Administrator> administrators;
  std::uint16_t threshold = 1;
  Hash profile_digest;
};
struct KeyEnrolled {
  ActorId actor;
  crypto::PublicKey public_key;
  Custody custody = Custody::own;
  crypto::Signature possession;  // by the new key over possession_message()
};
struct KeyRotated {
  KeyId old_key;
  crypto::PublicKey public_key;
  crypto::Signature possession;
};
enum class RevocationReason : std::uint8_t { left = 1, lost, compromised, replaced };
struct KeyRevoked {
  KeyId key;
  std::optional<Position> compromised_since;
  RevocationReason reason = RevocationReason::left;
};
// The log's own key is another from here on. Both keys sign log_key_message(): neither whoever has
// stolen the old one nor whoever makes up a new one can do it alone with the program's key.
struct LogKeyRotated {
  crypto::PublicKey public_key;
  crypto::Signature possession;  // by the new key
  crypto::Signature handover;    // by the old one
};
struct EventReattested {
  Position position;
  Hash leaf_hash;
};
// Why something is erased. Orders of before there was a basis have none.
enum class ErasureBasis : std::uint8_t { none = 0, retention, request, court };
struct ErasureOrdered {
  struct Range {
    Position first, end;
    std::uint32_t classes;  // bit per part class
  };
  std::array<std::uint8_t, 16> order{};
  std::vector<Range> ranges;
  ErasureBasis basis = ErasureBasis::none;
};
struct ErasureApproved {
  std::array<std::uint8_t, 16> order{};
};
// The keys are destroyed and the bytes gone. Evidence: what whoever keeps a copy of the key table
// can compare with it.
struct ErasureCompleted {
  std::array<std::uint8_t, 16> order{};
  std::uint64_t parts_deleted = 0;  // that the order's entries promise and are no more
  Hash root_key_id;                 // of the root key that the survivors are wrapped under
  Hash table_digest;                // SHA-256 of the key table that every place confirmed
  std::uint32_t places = 0;         // that confirmed it
};
struct LogRestored {
  TreeSize size;
  Hash root;
  TreeSize guard_size;
  Hash guard_root;
};
struct ClockStepped {
  TimeUs from, to;
};
struct WitnessPolicyChanged {
  std::string policy;  // transparency/witness_policy.h
};
struct ProjectionDigested {
  std::string name;
  std::uint32_t version = 0;
  TreeSize size;
  Hash digest;
};
struct StreamHeads {
  TreeSize size;
  std::uint64_t count = 0;
  Hash root;
};
using EngineEvent =
    std::variant<Genesis, KeyEnrolled, KeyRotated, KeyRevoked, LogKeyRotated, EventReattested,
                 ErasureOrdered, ErasureApproved, ErasureCompleted, LogRestored, ClockStepped,
                 WitnessPolicyChanged, ProjectionDigested, StreamHeads>;

const char* name_of(const EngineEvent& event);  // "KeyEnrolled"

Bytes encode(const EngineEvent& event);
// Accepts exactly what encode() makes. Errors: malformed; unsupported (an event, a field or an enum
// value that this version does not know).
Result<EngineEvent> decode_engine_event(ByteView bytes);

// What a new key signs to prove that its owner has it.
Bytes possession_message(const Hash& origin_hash, const ActorId& actor,
                         const crypto::PublicKey& key);

// What both keys sign when the log's key changes.
Bytes log_key_message(const Hash& origin_hash, const crypto::PublicKey& before,
                      const crypto::PublicKey& after);

}  // namespace stafett::format
