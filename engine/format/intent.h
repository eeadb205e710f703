#pragma once
// Intent: what an actor signs, as a value, and its canonical bytes.
//
// Source:  docs/formats/intent.md, intent.capnp.
// Limits:  kIntentBytesMax; kPartsMax parts in rising class order; kCausesMax causes and corrects.

#include <optional>
#include <vector>

#include "engine/base/ids.h"
#include "engine/base/result.h"

namespace stafett::format {

inline constexpr std::uint16_t kFormatVersion = 1;
inline constexpr std::size_t kIntentBytesMax = 16 * 1024;
inline constexpr std::size_t kPartsMax = 4;
inline constexpr std::size_t kCausesMax = 64;
inline constexpr std::uint32_t kAttachmentLengthMax = 50 * 1024 * 1024;

enum class StreamKind : std::uint8_t { engine = 1, directory, audit, case_, access };
enum class Custody : std::uint8_t { own = 1, custodial, system };
enum class PartClass : std::uint8_t { fact = 1, narrative, identity, attachment, public_ };
enum class Expectation : std::uint8_t { any, no_stream, head };

struct PartCommitment {
  PartClass part_class;
  std::uint32_t length;  // padded length of the plaintext, bytes; of an attachment: the true one
  Hash commitment;
};

struct Intent {
  Hash origin_hash;
  EventId event_id;
  StreamKind stream_kind = StreamKind::case_;
  StreamId stream_id;
  Expectation expects = Expectation::any;
  Hash expected_head;  // with Expectation::head
  TimeUs occurred_at;
  std::optional<TimeUs> valid_to;
  TimeUs asserted_at;
  ActorId actor;
  KeyId key;
  Position enrolled_at;
  Custody custody = Custody::own;
  std::optional<Hash> evidence;
  struct Verified {
    TreeSize size;
    Hash root;
  };
  std::optional<Verified> verified;
  std::vector<Hash> causes;
  std::vector<Hash> corrects;
  std::vector<PartCommitment> parts;
  bool atomic = false;
};

// One value has one byte form: decode_intent(b) is ok exactly when some valid intent encodes to b.
Bytes encode(const Intent& intent);
// Errors: malformed (not canonical, wrong lengths, unset enums, parts out of order), too_large,
// unsupported (another format version; a field or an enum value of a later one).
Result<Intent> decode_intent(ByteView bytes);
// The same value of bytes that decode_intent() has taken before; of others some value or an error.
// For folds over what the log itself stored.
Result<Intent> decode_own_intent(ByteView bytes);

// What is signed for `count` intents together: root is the RFC 6962 root over their bytes.
Bytes signed_message(const Hash& origin_hash, std::uint32_t count, const Hash& root);

}  // namespace stafett::format
