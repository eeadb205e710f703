#pragma once
// PublicRecord: what the log says of itself, read ahead through its indexes: genesis, every key
// ever enrolled, erasure orders, re-attestations, the newest checkpoint. It only lets the threads
// work in any order: all of it is replayed from the entries in position order, and a difference
// shows as a damaged index.
//
// Threads: constant once read.

#include <deque>
#include <memory>
#include <optional>
#include <unordered_map>

#include "engine/log/keyring.h"
#include "engine/log/verify/erasure_cover.h"
#include "engine/storage/reads.h"
#include "engine/transparency/checkpoint.h"

namespace stafett::log {

struct PublicRecord {
  std::optional<format::Genesis> genesis;  // none: entry 0 is damaged
  StreamId engine;
  Keyring keyring;  // at the end of the log; what did not fit was left out
  ErasureCover erasures;
  // By position. An event counts as attested again when its actor or an administrator did so with a
  // key that is not itself suspect there: whoever has stolen a key cannot attest what he did.
  struct Reattestation {
    Hash leaf;
    ActorId by;
    KeyId key;
    Position position;  // of the attestation
  };
  std::unordered_multimap<std::uint64_t, Reattestation> reattested;
  void note_reattested(const format::EventReattested& event, const format::Intent& intent,
                       Position position);
  bool is_reattested(Position position, const Hash& leaf, const ActorId& actor) const;
  // Where the log said that its streams ended, by position: once a day and in each bundle.
  struct StatedHeads {
    Position position;
    format::StreamHeads heads;
  };
  std::deque<StatedHeads> heads;
  // Who ordered or approved an erasure without being an administrator then: that covers nothing.
  std::vector<Position> without_role;
  std::optional<Error> roles_unknown;                       // then as if all of them had been
  std::optional<transparency::TreeHead> newest_checkpoint;  // signed by its log key
};

// `without_role`: as VerifyInput has it; empty: roles are not looked at.
std::unique_ptr<PublicRecord> read_public_record(const storage::Reads& reads,
                                                 const WithoutRole& without_role = {});

// Replays the engine stream's entries below `end` into `keyring`, as far as they can be read.
void replay_keys(const storage::Reads& reads, const StreamId& engine, Position end,
                 Keyring& keyring);

}  // namespace stafett::log
