#pragma once
// Entry: an intent, its signature and the log's stamp: the exact bytes that are stored and hashed.
//
// Source:  docs/formats/entry.md, entry.capnp.
// Limits:  kEntryBytesMax; a signature path of kPathHashesMax hashes.

#include <boost/container/static_vector.hpp>
#include <vector>

#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "engine/crypto/ed25519.h"
#include "engine/format/intent.h"

namespace stafett::format {

inline constexpr std::size_t kEntryBytesMax = 65'535;
inline constexpr std::uint32_t kSignedGroupMax = 4096;
inline constexpr std::size_t kPathHashesMax = 12;  // of a group of kSignedGroupMax

enum class Mode : std::uint8_t { live = 1, paper_backfill, imported };

// Proves that an intent is one of `count` that were signed together.
struct GroupSignature {
  crypto::Signature signature;
  std::uint32_t count = 1;
  std::uint32_t index = 0;
  std::vector<Hash> path;  // leaf's sibling first; empty when count is 1
};

struct Stamp {
  Mode mode = Mode::live;
  std::uint32_t profile_version = 0;
  Version version;
  TimeUs recorded_at;  // REQUIRES: not 0
  Hash previous;
};

struct Entry {
  Stamp stamp;
  GroupSignature signature;
  std::vector<Hash> sealed;  // SHA-256 of each sealed part; of an attachment its commitment
  Bytes public_part;         // engine events only
  Bytes intent_bytes;
  Intent intent;  // decoded from intent_bytes
};

// The pieces are borrowed: this is on the sequencer's path.
Bytes encode_entry(const Stamp& stamp, const GroupSignature& signature,
                   const std::vector<Hash>& sealed, ByteView public_part, ByteView intent_bytes);
// Errors: malformed, too_large, unsupported.
Result<Entry> decode_entry(ByteView bytes);
// The same value of bytes that decode_entry() has taken before; of others some value or an error.
// For folds over what the log itself stored.
Result<Entry> decode_own_entry(ByteView bytes);

// What a fold over the whole log asks of an entry.
struct EntryOutline {
  EventId event_id;
  StreamKind stream_kind = StreamKind::case_;
  ActorId actor;
  Mode mode = Mode::live;
  TimeUs occurred_at;
  TimeUs recorded_at;
  boost::container::static_vector<PartClass, kPartsMax> parts;
  friend bool operator==(const EntryOutline&, const EntryOutline&) = default;
};
EntryOutline outline_of(const Entry& entry);
// Both look at the bytes only as far as that takes: for scans of what is stored.
// Errors: malformed, too_large.
Result<EntryOutline> outline_of_own_entry(ByteView bytes);
Result<StreamId> stream_of_entry(ByteView bytes);

}  // namespace stafett::format
