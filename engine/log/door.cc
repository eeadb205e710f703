#include "engine/log/door.h"

#include <algorithm>

#include "engine/crypto/sha256.h"
#include "engine/log/attachments.h"
#include "engine/transparency/group_path.h"

namespace stafett::log {
namespace {

using format::PartClass;

// With the largest intent it still fits in an entry.
constexpr std::size_t kPublicPartBytesMax = 40 * 1024;

Refusal engine_refusal(const char* code, std::string detail) {
  return Refusal{code, "", std::move(detail), {}};
}

CheckedEvent decode(Submission& submission) {
  CheckedEvent event;
  event.mode = submission.mode;
  event.intent_bytes = std::move(submission.intent);
  event.parts = std::move(submission.parts);
  event.intent_leaf = transparency::leaf_hash(event.intent_bytes);
  event.fingerprint = event.intent_leaf;
  Result<format::Intent> intent = format::decode_intent(event.intent_bytes);
  if (intent)
    event.intent = std::move(*intent);
  else
    event.refusal = engine_refusal("malformed-intent", intent.error().detail());
  return event;
}

// The openings are exactly those that the intent commits to.
std::optional<Refusal> check_parts(const CheckedEvent& event) {
  const auto is_attachment = [](const format::PartCommitment& p) {
    return p.part_class == PartClass::attachment;
  };
  const std::vector<format::PartCommitment>& promised = event.intent.parts;
  const auto attachments = std::ranges::count_if(promised, is_attachment);
  if (promised.size() != event.parts.size() + static_cast<std::size_t>(attachments))
    return engine_refusal("parts-mismatch", "not the parts that the intent commits to");
  auto part = event.parts.begin();
  for (const format::PartCommitment& commitment : promised) {
    if (is_attachment(commitment)) continue;
    if (part->part_class != commitment.part_class ||
        part->plaintext.size() > format::kPlaintextBytesMax)
      return engine_refusal("parts-mismatch", "a part's class or length");
    const format::PartCommitment made = format::commit(*part, event.intent.event_id);
    if (made.length != commitment.length || made.commitment != commitment.commitment)
      return engine_refusal("parts-mismatch", "a part does not open its commitment");
    ++part;
  }
  const bool is_public = event.parts.size() == 1 &&
                         event.parts.front().part_class == PartClass::public_ &&
                         event.parts.front().salt.is_zero();
  const bool any_public = std::ranges::any_of(
      event.parts, [](const auto& p) { return p.part_class == PartClass::public_; });
  const bool engine = event.intent.stream_kind == format::StreamKind::engine;
  if (engine ? !is_public : any_public)
    return engine_refusal("parts-mismatch", "engine events have one public part, others none");
  if (engine && event.parts.front().plaintext.size() > kPublicPartBytesMax)
    return engine_refusal("too-large", "public part");
  if (!engine && (event.parts.empty() || event.parts.front().part_class != PartClass::fact))
    return engine_refusal("parts-mismatch", "an event has a fact part");
  return std::nullopt;
}

}  // namespace

void Door::check(Work& work) {
  work.recent_epoch = place_.recent.epoch();
  if (work.attempt || work.group.events.empty()) return;
  work.events.reserve(work.group.events.size());
  for (Submission& submission : work.group.events) work.events.push_back(decode(submission));
  for (std::size_t i = 0; i < work.fingerprints.size(); ++i)
    work.events[i].fingerprint = work.fingerprints[i];
  work.atomic = !work.events.front().refusal && work.events.front().intent.atomic;
  check_signature(work);
  for (CheckedEvent& event : work.events) check_event(event);
}

void Door::check_signature(Work& work) {
  std::vector<Hash> leaves;
  leaves.reserve(work.events.size());
  for (const CheckedEvent& event : work.events) leaves.push_back(event.intent_leaf);
  const Hash root = transparency::root_of(leaves);
  const auto count = static_cast<std::uint32_t>(leaves.size());
  std::vector<transparency::Path> paths;
  if (count > 1) paths = transparency::paths_of(leaves);

  const auto refuse_all = [&](const char* code, const char* detail) {
    for (CheckedEvent& event : work.events)
      if (!event.refusal) event.refusal = engine_refusal(code, detail);
  };
  const CheckedEvent& first = work.events.front();
  if (first.refusal) return refuse_all("malformed-intent", "the group's first intent");
  const std::optional<EnrolledKey> key = place_.keyring.find(first.intent.key);
  if (!key) return refuse_all("key-unknown", "the key is not enrolled");
  const Bytes message = format::signed_message(place_.keyring.origin_hash(), count, root);
  if (!crypto::verify(key->public_key, message, work.group.signature))
    return refuse_all("bad-signature", "does not verify with the key named");
  for (std::size_t i = 0; i < work.events.size(); ++i) {
    CheckedEvent& event = work.events[i];
    event.signature = {work.group.signature, count, static_cast<std::uint32_t>(i),
                       count > 1 ? std::move(paths[i]) : transparency::Path{}};
    if (event.refusal) continue;
    const format::Intent& intent = event.intent;
    if (intent.origin_hash != place_.keyring.origin_hash())
      event.refusal = engine_refusal("wrong-origin", "signed for another log");
    else if (intent.key != first.intent.key || intent.actor != key->actor)
      event.refusal = engine_refusal("key-mismatch", "not this actor's key");
    else if (intent.enrolled_at != key->enrolled_at || intent.custody != key->custody)
      event.refusal = engine_refusal("key-mismatch", "not as the key was enrolled");
  }
}

void Door::check_event(CheckedEvent& event) {
  if (event.refusal) return;
  event.refusal = check_parts(event);
  if (event.refusal) return;
  if (const Result<void> looked = look_for_repetition(event); !looked) {
    event.error = looked.error();
    return;
  }
  if (event.repeated) return;
  if (const Result<void> prepared = prepare(event); !prepared) event.error = prepared.error();
}

Result<void> Door::look_for_repetition(CheckedEvent& event) {
  ENGINE_TRY(earlier,
             earlier_outcome(place_.reads, place_.index, event.intent.event_id, event.fingerprint));
  event.repeated = std::move(earlier);
  return {};
}

Result<void> Door::prepare(CheckedEvent& event) {
  ENGINE_TRY(slot, place_.streams.acquire(event.intent.stream_id));
  event.slot = std::move(slot);
  if (event.intent.stream_kind == format::StreamKind::engine) {
    event.public_part = std::move(event.parts.front().plaintext);
    Result<format::EngineEvent> decoded = format::decode_engine_event(event.public_part);
    if (decoded)
      event.engine_event = std::move(*decoded);
    else
      event.refusal = engine_refusal("malformed-part", decoded.error().detail());
    return {};
  }
  ENGINE_TRY(prepared,
             place_.gate.prepare({event.intent, event.parts, event.mode, event.intent_leaf}));
  event.preparation = std::move(prepared.preparation);
  return seal(event, prepared.domain);
}

Result<void> Door::seal(CheckedEvent& event, const DomainId& domain) {
  std::array<std::uint8_t, crypto::kKeyBytes> key;
  const crypto::WipeGuard guard{key};
  auto part = event.parts.begin();
  for (const format::PartCommitment& promised : event.intent.parts) {
    if (promised.part_class == PartClass::attachment) {
      // Sealed and stored before the event; what it commits to are the sealed chunks themselves.
      ENGINE_TRY(stored, attachment_is_stored(place_.reads, event.intent.event_id, promised));
      if (!stored) {
        event.refusal = engine_refusal("attachment-missing", "not stored, or other bytes");
        event.slot.reset();  // so that its id is not used up: the document may still come
        return {};
      }
      event.sealed_digests.push_back(promised.commitment);
      continue;
    }
    ENGINE_TRY_VOID(place_.vault.part_key(domain, part->part_class, key));
    Bytes sealed = format::seal_with_part_key(
        key, {place_.keyring.origin_hash(), event.intent.event_id, part->part_class}, *part,
        place_.random);
    event.sealed_digests.push_back(crypto::sha256(sealed));
    event.sealed.push_back({static_cast<std::uint8_t>(part->part_class), std::move(sealed)});
    ++part;
  }
  event.parts.clear();
  return {};
}

}  // namespace stafett::log
