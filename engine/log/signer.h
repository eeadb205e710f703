#pragma once
// Signer: makes signed groups for an actor whose key this program holds (custodial and system
// keys).
//
// Threads: any.

#include <optional>
#include <vector>

#include "engine/format/engine_event.h"
#include "engine/log/submission.h"

namespace stafett::log {

// What the signer fills in for each event; the rest is the signer's own.
struct Unsigned {
  EventId event;
  format::StreamKind stream_kind = format::StreamKind::case_;
  StreamId stream;
  format::Expectation expects = format::Expectation::any;
  Hash expected_head;
  TimeUs occurred_at;
  std::optional<Hash> evidence;  // of the sign-in; not signed with an own key
  std::vector<Hash> corrects;
  std::vector<format::OpenPart> parts;  // by rising class, with their salts
  std::vector<format::PartCommitment> attachments;
  format::Mode mode = format::Mode::live;
};

enum class Atomic { no, yes };

class Signer final {
 public:
  Signer(const Hash& origin_hash, const ActorId& actor, format::Custody custody,
         Position enrolled_at, crypto::SigningKey key)
      : origin_hash_(origin_hash),
        actor_(actor),
        custody_(custody),
        enrolled_at_(enrolled_at),
        key_(std::move(key)),
        key_id_(key_.id()) {}

  const ActorId& actor() const { return actor_; }
  const crypto::SigningKey& key() const { return key_; }

  // REQUIRES: 1 .. format::kSignedGroupMax events.
  SubmissionGroup sign(std::vector<Unsigned> events, TimeUs now, Atomic atomic = Atomic::no) const;

  // An engine event with its public part.
  SubmissionGroup sign_engine(const format::EngineEvent& event, const StreamId& engine_stream,
                              const EventId& id, TimeUs now) const;

 private:
  const Hash origin_hash_;
  const ActorId actor_;
  const format::Custody custody_;
  const Position enrolled_at_;
  const crypto::SigningKey key_;
  const KeyId key_id_;
};

}  // namespace stafett::log
