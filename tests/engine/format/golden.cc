#include "tests/engine/format/golden.h"

#include <algorithm>

#include "engine/base/clock.h"
#include "engine/crypto/seeded_random.h"
#include "engine/crypto/sha256.h"
#include "engine/format/receipt.h"
#include "engine/transparency/group_path.h"

namespace stafett::format::golden {
namespace {

const TimeUs kOccurred = parse_time("2026-02-24T09:00:00Z").value();
const TimeUs kAsserted = parse_time("2026-02-24T09:05:00Z").value();
const TimeUs kRecorded = parse_time("2026-02-24T09:05:00.250000Z").value();

Hash sealed_digest(const OpenPart& part, const EventId& event) {
  crypto::SeededRandom random{1};
  const Hash origin = origin_hash();
  return crypto::sha256(seal_part(domain_key(), {origin, event, part.part_class}, part, random));
}

Bytes concatenated(const std::vector<Hash>& hashes) {
  Bytes bytes;
  for (const Hash& hash : hashes) append(bytes, hash.view());
  return bytes;
}

Bytes bytes_of(ByteView view) {
  return Bytes(view.begin(), view.end());
}

}  // namespace

EventId event_id(std::uint8_t last) {
  return EventId{{0x01, 0x9c, 0x8e, 0xf6, 0x45, 0x80, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, last}};
}

Hash origin_hash() {
  return crypto::sha256(as_bytes("stafett.example/9901"));
}
crypto::SigningKey actor_key() {
  return crypto::SigningKey::from_seed(Bytes(32, 1));
}
crypto::SigningKey log_key() {
  return crypto::SigningKey::from_seed(Bytes(32, 2));
}
Bytes domain_key() {
  return Bytes(32, 3);
}

OpenPart fact_part() {
  return {PartClass::fact, repeated<Salt>(0x5a), bytes_of(as_bytes("a fact"))};
}

Intent simple_intent() {
  Intent intent;
  intent.origin_hash = origin_hash();
  intent.event_id = event_id(1);
  intent.stream_id = repeated<StreamId>(0xc1);
  intent.occurred_at = kOccurred;
  intent.asserted_at = kAsserted;
  intent.actor = repeated<ActorId>(0xa1);
  intent.key = actor_key().id();
  intent.enrolled_at = Position{7};
  intent.parts = {commit(fact_part(), intent.event_id)};
  return intent;
}

Intent full_intent() {
  Intent intent = simple_intent();
  intent.event_id = event_id(2);
  intent.expects = Expectation::head;
  intent.expected_head = repeated<Hash>(0x11);
  intent.valid_to = parse_time("2027-02-24T22:59:59.999999Z").value();
  intent.custody = Custody::custodial;
  intent.evidence = repeated<Hash>(0x22);
  intent.verified = Intent::Verified{TreeSize{41}, repeated<Hash>(0x33)};
  intent.causes = {repeated<Hash>(0x44), repeated<Hash>(0x55)};
  intent.corrects = {repeated<Hash>(0x66)};
  intent.atomic = true;
  intent.parts = {commit(fact_part(), intent.event_id),
                  {PartClass::narrative, 65536, repeated<Hash>(0x77)},
                  {PartClass::identity, 128, repeated<Hash>(0x88)},
                  {PartClass::attachment, 50 * 1024 * 1024, repeated<Hash>(0x99)}};
  return intent;
}

EngineEvent clock_stepped() {
  return ClockStepped{kRecorded, TimeUs{kRecorded.value() - 1'500'000}};
}

Intent engine_intent() {
  Intent intent = simple_intent();
  intent.event_id = event_id(3);
  intent.stream_kind = StreamKind::engine;
  intent.stream_id = repeated<StreamId>(0xe1);
  intent.custody = Custody::system;
  intent.parts = {commit({PartClass::public_, {}, encode(clock_stepped())}, intent.event_id)};
  return intent;
}

Bytes log_key_rotated_message() {
  return log_key_message(origin_hash(), log_key().public_key(),
                         crypto::SigningKey::from_seed(Bytes(32, 5)).public_key());
}

EngineEvent log_key_rotated() {
  const auto next = crypto::SigningKey::from_seed(Bytes(32, 5));
  const Bytes message = log_key_rotated_message();
  return LogKeyRotated{next.public_key(), next.sign(message), log_key().sign(message)};
}

std::vector<EngineEvent> engine_events() {
  const auto actor = repeated<ActorId>(0xa1);
  const crypto::PublicKey key = actor_key().public_key();
  const crypto::Signature possession =
      actor_key().sign(possession_message(origin_hash(), actor, key));
  std::array<std::uint8_t, 16> order{};
  order.fill(0xd1);
  const auto other_actor = repeated<ActorId>(0xa2);
  const crypto::PublicKey other_key = crypto::SigningKey::from_seed(Bytes(32, 4)).public_key();
  return {Genesis{"stafett.example/9901",
                  log_key().public_key(),
                  {{actor, key, Custody::own}, {other_actor, other_key, Custody::system}},
                  1,
                  repeated<Hash>(0xf1)},
          KeyEnrolled{actor, key, Custody::custodial, possession},
          KeyRotated{crypto::key_id(other_key), key, possession},
          KeyRevoked{crypto::key_id(key), Position{12}, RevocationReason::compromised},
          log_key_rotated(),
          EventReattested{Position{13}, repeated<Hash>(0xb1)},
          ErasureOrdered{order, {{Position{20}, Position{30}, 0b1110}}, ErasureBasis::request},
          ErasureApproved{order},
          ErasureCompleted{order, 27, repeated<Hash>(0xe1), repeated<Hash>(0xe2), 2},
          LogRestored{TreeSize{40}, repeated<Hash>(0xb2), TreeSize{42}, repeated<Hash>(0xb3)},
          clock_stepped(),
          WitnessPolicyChanged{"quorum none\n"},
          ProjectionDigested{"case-state", 3, TreeSize{40}, repeated<Hash>(0xb4)},
          StreamHeads{TreeSize{40}, 5, repeated<Hash>(0xb5)}};
}

SignedGroup signed_group(const std::vector<Intent>& intents) {
  SignedGroup group;
  for (const Intent& intent : intents) {
    group.intents.push_back(encode(intent));
    group.leaves.push_back(transparency::leaf_hash(group.intents.back()));
  }
  group.root = transparency::root_of(group.leaves);
  group.message =
      signed_message(origin_hash(), static_cast<std::uint32_t>(intents.size()), group.root);
  group.signature = actor_key().sign(group.message);
  for (const transparency::Path& path : transparency::paths_of(group.leaves))
    group.paths.emplace_back(path.begin(), path.end());
  return group;
}

std::vector<Intent> three_intents() {
  std::vector<Intent> intents(3, simple_intent());
  for (std::size_t i = 0; i < 3; ++i) {
    intents[i].event_id = event_id(static_cast<std::uint8_t>(0x10 + i));
    intents[i].parts = {commit(fact_part(), intents[i].event_id)};
  }
  return intents;
}

Bytes entry() {
  const Intent intent = simple_intent();
  const SignedGroup group = signed_group({intent});
  return encode_entry({Mode::live, 1, Version{0}, kRecorded, Hash{}}, {group.signature, 1, 0, {}},
                      {sealed_digest(fact_part(), intent.event_id)}, {}, group.intents[0]);
}

Bytes group_entry() {
  const std::vector<Intent> intents = three_intents();
  const SignedGroup group = signed_group(intents);
  return encode_entry({Mode::imported, 1, Version{1}, kRecorded, transparency::leaf_hash(entry())},
                      {group.signature, 3, 1, group.paths[1]},
                      {sealed_digest(fact_part(), intents[1].event_id)}, {}, group.intents[1]);
}

Bytes engine_entry() {
  const SignedGroup group = signed_group({engine_intent()});
  return encode_entry({Mode::live, 0, Version{9}, kRecorded, repeated<Hash>(0xe2)},
                      {group.signature, 1, 0, {}}, {}, encode(clock_stepped()), group.intents[0]);
}

std::map<std::string, std::map<std::string, Bytes>> pages() {
  std::map<std::string, std::map<std::string, Bytes>> pages;
  const SignedGroup alone = signed_group({simple_intent()});
  pages["intent.md"] = {{"intent", encode(simple_intent())},
                        {"full-intent", encode(full_intent())},
                        {"signed-message", alone.message},
                        {"signature", bytes_of(alone.signature.view())}};
  const SignedGroup three = signed_group(three_intents());
  pages["signed-groups.md"] = {{"leaves", concatenated(three.leaves)},
                               {"root", bytes_of(three.root.view())},
                               {"message", three.message},
                               {"signature", bytes_of(three.signature.view())},
                               {"path-0", concatenated(three.paths[0])},
                               {"path-1", concatenated(three.paths[1])},
                               {"path-2", concatenated(three.paths[2])}};
  pages["entry.md"] = {{"entry", entry()},
                       {"leaf-hash", bytes_of(transparency::leaf_hash(entry()).view())},
                       {"group-entry", group_entry()},
                       {"engine-entry", engine_entry()}};
  crypto::SeededRandom random{1};
  const Hash origin = origin_hash();
  const EventId event = event_id(1);
  pages["part.md"] = {
      {"commitment", bytes_of(simple_intent().parts[0].commitment.view())},
      {"sealed", seal_part(domain_key(), {origin, event, PartClass::fact}, fact_part(), random)},
      {"digest", bytes_of(sealed_digest(fact_part(), event).view())},
      {"public-commitment", bytes_of(engine_intent().parts[0].commitment.view())}};
  const Bytes chunk_0 =
      seal_chunk(domain_key(), {origin, event, 0}, as_bytes("a document"), random);
  const Bytes chunk_1 =
      seal_chunk(domain_key(), {origin, event, 1}, as_bytes(" and its end"), random);
  const std::vector<Hash> chunks{transparency::leaf_hash(chunk_0),
                                 transparency::leaf_hash(chunk_1)};
  pages["part.md"].insert(
      {{"chunk-0", chunk_0},
       {"chunk-1", chunk_1},
       {"chunk-0-commitment", bytes_of(transparency::root_of(std::vector<Hash>{chunks[0]}).view())},
       {"chunks-commitment", bytes_of(transparency::root_of(chunks).view())}});
  const Bytes receipt = receipt_message(origin, Position{100}, 3, three.root);
  pages["receipt.md"] = {
      {"message", receipt},
      {"group", encode(ReceiptGroup{Position{100}, 3, log_key().sign(receipt)})}};
  auto& engine = pages["engine-events.md"];
  for (const EngineEvent& e : engine_events()) engine[name_of(e)] = encode(e);
  engine["possession-message"] =
      possession_message(origin, repeated<ActorId>(0xa1), actor_key().public_key());
  engine["log-key-message"] = log_key_rotated_message();
  return pages;
}

}  // namespace stafett::format::golden
