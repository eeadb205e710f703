#include "tools/attest_elsewhere.h"

#include <boost/json.hpp>

#include "engine/base/encoding.h"
#include "engine/log/unsigned_intent.h"
#include "engine/transparency/group_path.h"
#include "tools/key_ceremony.h"

namespace stafett::tools {
namespace {

using boost::json::object;

Result<log::Signatory> own_key_of(const log::Log& log, const ActorId& actor) {
  const std::optional<KeyId> id = log.keyring().current_key(actor);
  if (!id) return Error{Errc::not_found, "the person has no key"};
  const std::optional<log::EnrolledKey> key = log.keyring().find(*id);
  CHECK(key);
  if (key->custody != format::Custody::own)
    return Error{Errc::conflict, "the person's newest key is kept here, and signs here"};
  return log::Signatory{log.origin_hash(), actor, *id, key->enrolled_at, key->custody};
}

Bytes intent_to_sign(log::Log& log, const log::Signatory& by, const Bytes& part, TimeUs now) {
  log::Unsigned event;
  event.event = make_event_id(now, log.random());
  event.stream_kind = format::StreamKind::engine;
  event.stream = log.streams().engine;
  event.occurred_at = now;
  event.parts.push_back({format::PartClass::public_, {}, part});
  return format::encode(log::intent_of(event, by, now));
}

std::optional<Bytes> bytes_of(const object& from, const char* name) {
  const boost::json::value* value = from.if_contains(name);
  if (!value || !value->is_string()) return std::nullopt;
  return from_base64(value->get_string());
}

Error malformed(const char* why) {
  return Error{Errc::malformed, why};
}

// Nothing of the text is believed: the log checks the signature over the intents; here, that they
// are these attestations and no other events.
Result<log::Submission> submission_of(const log::Log& log, const ActorId& actor,
                                      const boost::json::value& value) {
  const object* from = value.if_object();
  if (!from) return malformed("an event is an object");
  std::optional<Bytes> intent_bytes = bytes_of(*from, "intent");
  std::optional<Bytes> part = bytes_of(*from, "part");
  if (!intent_bytes || !part) return malformed("intent and part in base64");
  ENGINE_TRY(intent, format::decode_intent(*intent_bytes));
  ENGINE_TRY(event, format::decode_engine_event(*part));
  const auto* attests = std::get_if<format::EventReattested>(&event);
  if (!attests || intent.actor != actor)
    return Error{Errc::refused, "not an attestation of this person's"};
  ENGINE_TRY(right, attestation_of(log, actor, attests->position));
  if (right.leaf_hash != attests->leaf_hash)
    return Error{Errc::refused, "it attests another event"};
  log::Submission submission;
  submission.parts.push_back({format::PartClass::public_, {}, std::move(*part)});
  const format::PartCommitment made = format::commit(submission.parts.front(), intent.event_id);
  // Else the log would refuse this one and record those that were signed with it.
  if (intent.parts.size() != 1 || intent.parts.front().commitment != made.commitment)
    return Error{Errc::refused, "an intent that does not commit to its part"};
  submission.intent = std::move(*intent_bytes);
  return submission;
}

}  // namespace

Result<AttestationsToSign> attestations_to_sign(log::Log& log, const ActorId& actor,
                                                std::span<const Position> positions) {
  if (positions.empty() || positions.size() > kAttestationsMax)
    return Error{Errc::invalid_argument,
                 "1 to " + std::to_string(kAttestationsMax) + " events are signed at once"};
  ENGINE_TRY(by, own_key_of(log, actor));
  const TimeUs now = log.clock().now();
  std::vector<Hash> leaves;
  boost::json::array events;
  for (const Position position : positions) {
    ENGINE_TRY(attestation, attestation_of(log, actor, position));
    const Bytes part = format::encode(format::EngineEvent{attestation});
    const Bytes intent = intent_to_sign(log, by, part, now);
    leaves.push_back(transparency::leaf_hash(intent));
    events.push_back({{"attests", position.value()},
                      {"leafHash", to_base64(attestation.leaf_hash.view())},
                      {"intent", to_base64(intent)},
                      {"part", to_base64(part)}});
  }
  AttestationsToSign made;
  made.message = format::signed_message(
      log.origin_hash(), static_cast<std::uint32_t>(leaves.size()), transparency::root_of(leaves));
  made.text = boost::json::serialize(
                  object{{"message", to_base64(made.message)}, {"events", std::move(events)}}) +
              "\n";
  return made;
}

Result<std::size_t> record_attestations(log::Log& log, const ActorId& actor, std::string_view text,
                                        const crypto::Signature& signature) {
  if (text.size() > kAttestationsBytesMax) return malformed("too long");
  boost::system::error_code error;
  const boost::json::value value = boost::json::parse(text, error);
  const object* whole = error ? nullptr : value.if_object();
  const boost::json::value* events = whole ? whole->if_contains("events") : nullptr;
  if (!events || !events->is_array()) return malformed("not what keys reattest --prepare writes");
  const boost::json::array& all = events->get_array();
  if (all.empty() || all.size() > kAttestationsMax) return malformed("none, or too many events");
  log::SubmissionGroup group;
  group.signature = signature;
  for (const boost::json::value& one : all) {
    ENGINE_TRY(submission, submission_of(log, actor, one));
    group.events.push_back(std::move(submission));
  }
  const log::Outcomes outcomes = log.submit_and_wait(std::move(group));
  for (const Result<log::Outcome>& outcome : outcomes) {
    if (!outcome) return outcome.error();
    if (const auto* refusal = std::get_if<log::Refusal>(&*outcome))
      return Error{Errc::refused, refusal->code + ": " + refusal->detail};
  }
  return outcomes.size();
}

}  // namespace stafett::tools
