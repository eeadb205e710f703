// Attacks through the door: what is handed in again, or was signed for something else.

#include "engine/crypto/sha256.h"
#include "engine/transparency/group_path.h"
#include "tests/attacks/lying_log.h"

namespace stafett::log::verify_testing {
BOOST_AUTO_TEST_SUITE(door_attacks_test)
namespace {

SubmissionGroup one_event(LyingLog& lying, const std::function<void(Unsigned&)>& change = {}) {
  std::vector<Unsigned> events;
  events.push_back(lying.log.event(lying.stream));
  if (change) change(events.front());
  return lying.log.signer().sign(std::move(events), lying.log.clock().now());
}

std::string answer_to(LyingLog& lying, SubmissionGroup group) {
  const Outcomes outcomes = lying.log.log().submit_and_wait(std::move(group));
  BOOST_REQUIRE(outcomes.front());
  const auto* refusal = std::get_if<Refusal>(&*outcomes.front());
  return refusal ? refusal->code : "recorded";
}

BOOST_AUTO_TEST_CASE(a_signed_event_is_handed_in_again) {
  LyingLog lying;
  EventId id;
  const SubmissionGroup group = one_event(lying, [&](Unsigned& event) { id = event.event; });
  BOOST_TEST(answer_to(lying, group) == "recorded");
  const TreeSize size = lying.log.log().head().size;
  BOOST_TEST(answer_to(lying, group) == "recorded");  // the same receipt, and nothing more
  BOOST_TEST((lying.log.log().head().size == size));
  BOOST_TEST(answer_to(lying, one_event(lying, [&](Unsigned& event) { event.event = id; })) ==
             "conflict");
  BOOST_TEST((lying.log.log().head().size == size));
}

BOOST_AUTO_TEST_CASE(an_event_of_another_log_is_handed_in) {
  LyingLog lying;
  const Signer& person = lying.log.signer();
  const Hash elsewhere = crypto::sha256(as_bytes("stafett.example/9902"));
  const auto key = lying.log.log().keyring().find(person.key().id());
  const Signer there{elsewhere, person.actor(), key->custody, key->enrolled_at, person.key()};
  std::vector<Unsigned> events;
  events.push_back(lying.log.event(lying.stream));
  const SubmissionGroup foreign = there.sign(std::move(events), lying.log.clock().now());
  BOOST_TEST(answer_to(lying, foreign) == "bad-signature");  // over another log's origin
  SubmissionGroup signed_here = foreign;  // as if its owner had signed it for this log
  const Hash leaf = transparency::leaf_hash(foreign.events.front().intent);
  signed_here.signature =
      person.key().sign(format::signed_message(lying.log.log().origin_hash(), 1, leaf));
  BOOST_TEST(answer_to(lying, signed_here) == "wrong-origin");
}

BOOST_AUTO_TEST_CASE(an_id_is_used_twice_behind_the_logs_back) {
  LyingLog lying;
  const auto key = lying.log.signer().key();
  EventId before;
  lying.change(
      [&](Intruder& intruder) {
        const auto first = format::decode_entry(intruder.get(
            storage::Column::entries, storage::position_key(Position{lying.last.value() - 1})));
        BOOST_REQUIRE(first);
        forge(
            intruder, lying.last,
            [&](format::Entry& e) {
              before = e.intent.event_id;
              e.intent.event_id = first->intent.event_id;
            },
            &key);
        intruder.remove(storage::Column::events, before.view());
      },
      Loot::log_key);
  const auto report = lying.log.verify();
  BOOST_TEST(has(report, "duplicate-id", "entry", lying.last), described(report));
}

// A signature over anything else that the same key signs is none over an event.
BOOST_AUTO_TEST_CASE(a_signature_is_used_for_something_else) {
  LyingLog lying;
  const crypto::SigningKey key = lying.log.signer().key();
  const Hash& origin_hash = lying.log.log().origin_hash();
  const SubmissionGroup good = one_event(lying);
  const Hash leaf = transparency::leaf_hash(good.events.front().intent);
  const auto as_bytes_of = [](std::string_view text) { return Bytes(text.begin(), text.end()); };
  const Bytes others[] = {
      format::possession_message(origin_hash, lying.log.signer().actor(), key.public_key()),
      format::receipt_message(origin_hash, Position{0}, 1, leaf),
      format::log_key_message(origin_hash, key.public_key(), key.public_key()),
      format::signed_message(origin_hash, 2, leaf),
      as_bytes_of(transparency::format_checkpoint({"stafett.example/9901", {TreeSize{1}, leaf}})),
      Bytes(leaf.view().begin(), leaf.view().end())};
  for (const Bytes& other : others) {
    SubmissionGroup group = good;
    group.signature = key.sign(other);
    BOOST_TEST(answer_to(lying, group) == "bad-signature");
  }
  BOOST_TEST(answer_to(lying, good) == "recorded");
}

BOOST_AUTO_TEST_CASE(the_clock_is_set_back) {
  LyingLog lying;
  const TimeUs now = lying.log.clock().now();
  lying.log.clock().set(TimeUs{now.value() - 3'600'000'000});
  lying.last = lying.log.append(lying.stream);
  bool stepped = false;
  TimeUs latest;
  const auto& store = lying.log.log().store();
  BOOST_REQUIRE(store.scan_entries(
      Position{0}, Position{store.size().value()},
      [&](Position, ByteView bytes) -> Result<storage::Scan> {
        ENGINE_TRY(entry, format::decode_entry(bytes));
        BOOST_TEST((entry.stamp.recorded_at >= latest));
        latest = entry.stamp.recorded_at;
        if (entry.intent.stream_kind == format::StreamKind::engine) {
          ENGINE_TRY(event, format::decode_engine_event(entry.public_part));
          stepped = stepped || std::string_view{format::name_of(event)} == "ClockStepped";
        }
        return storage::Scan::more;
      }));
  BOOST_TEST(stepped);
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::log::verify_testing
