// Attacks on what is in the log and in which order.

#include <filesystem>

#include "engine/crypto/sha256.h"
#include "engine/log/backup/lost_events.h"
#include "engine/log/log_tree.h"
#include "engine/log/witness/witness.h"
#include "tests/attacks/lying_log.h"

namespace stafett::log::verify_testing {
BOOST_AUTO_TEST_SUITE(history_attacks_test)
namespace {

namespace fs = std::filesystem;
using storage::Column;

void later(format::Entry& entry) {
  entry.intent.occurred_at = TimeUs{entry.intent.occurred_at.value() + 1};
  entry.intent_bytes = format::encode(entry.intent);
}

BOOST_AUTO_TEST_CASE(a_stored_entry_is_edited) {
  LyingLog lying;
  const auto report = lying.forged(
      lying.last, [](format::Entry& e) { e.stamp.profile_version ^= 1; }, Loot::nothing);
  BOOST_TEST(has(report, "entry-hash", "entry", lying.last), described(report));
  LyingLog words;
  const auto of_words = words.forged(words.last, later, Loot::nothing);
  BOOST_TEST(has(of_words, "entry-hash", "entry", words.last), described(of_words));
  BOOST_TEST(has(of_words, "signature", "entry", words.last), described(of_words));
}

BOOST_AUTO_TEST_CASE(everything_is_signed_anew_with_the_stolen_log_key) {
  LyingLog words;  // what a person signed cannot be made anew
  const auto report = words.forged(words.last, later, Loot::log_key);
  BOOST_TEST(has(report, "signature", "entry", words.last), described(report));
  LyingLog stamps;  // what only the log said can; the guard knows what was acknowledged
  const auto of_stamps = stamps.forged(
      stamps.last, [](format::Entry& e) { e.stamp.profile_version ^= 1; }, Loot::log_key);
  BOOST_TEST(has(of_stamps, "guard", "guard"), described(of_stamps));
}

// Somebody elsewhere who has cosigned what was true.
struct Elsewhere {
  stafett::testing::TemporaryDirectory place;
  std::unique_ptr<Witness> witness;

  Elsewhere(TestLog& log, const transparency::VerifierKey& key) {
    const std::string directory = place.path("witness");
    BOOST_REQUIRE(Witness::create(log.files(), directory, "witness.stafett.example/w1",
                                  crypto::SigningKey::generate(log.random())));
    witness = *Witness::open(log.files(), log.clock(), directory);
    BOOST_REQUIRE(witness->trust(key.name, key));
  }
  transparency::WitnessVerdict ask(TreeSize old, std::string_view note) {
    const auto answer =
        witness->add_checkpoint(transparency::format_witness_request({old, {}, std::string{note}}));
    BOOST_REQUIRE(answer);
    return answer->verdict;
  }
};

BOOST_AUTO_TEST_CASE(a_witness_cosigns_no_second_history) {
  LyingLog lying;
  Elsewhere elsewhere{lying.log, lying.log.log().keyring().log_key()};
  const std::string honest = *lying.log.log().checkpoint_now();
  const TreeSize size = lying.log.log().head().size;
  BOOST_TEST((elsewhere.ask(TreeSize{0}, honest) == transparency::WitnessVerdict::cosign));
  const std::string lie = note_of(lying.log.log_key(), size, crypto::sha256(as_bytes("a lie")));
  BOOST_TEST((elsewhere.ask(size, lie) == transparency::WitnessVerdict::inconsistent));  // 422
  // Longer, but not what was cosigned and more.
  const std::string longer =
      note_of(lying.log.log_key(), TreeSize{size.value() + 1}, crypto::sha256(as_bytes("a lie")));
  BOOST_TEST((elsewhere.ask(size, longer) == transparency::WitnessVerdict::inconsistent));
  const std::string shorter = note_of(lying.log.log_key(), TreeSize{2}, Hash{});
  BOOST_TEST((elsewhere.ask(TreeSize{2}, shorter) == transparency::WitnessVerdict::conflict));
}

BOOST_AUTO_TEST_CASE(an_old_copy_is_put_back) {
  LyingLog lying;
  lying.log.close();
  const std::string database = lying.log.paths().database;
  fs::copy(database, database + ".old", fs::copy_options::recursive);
  lying.log.open();
  lying.log.append(lying.stream);
  lying.log.close();
  fs::remove_all(database);
  fs::rename(database + ".old", database);
  const auto report = lying.log.verify();
  BOOST_TEST(has(report, "guard", "guard"), described(report));
  const auto opened =
      Log::open(lying.log.paths(), {lying.log.clock(), lying.log.random(), lying.log.files()});
  BOOST_REQUIRE(opened);
  BOOST_TEST((*opened)->read_only_reason().value_or("").starts_with("the database ends before"));
}

BOOST_AUTO_TEST_CASE(an_old_backup_passes_over_what_somebody_holds_a_receipt_of) {
  LyingLog lying;
  lying.log.close();
  const std::string database = lying.log.paths().database;
  fs::copy(database, database + ".old", fs::copy_options::recursive);
  lying.log.open();
  const Kept kept = record_and_keep(lying.log, lying.stream);
  const std::string note = *lying.log.log().checkpoint_now();
  lying.log.close();
  const auto copy = storage::Store::open(database + ".old", storage::Mode::read_only);
  BOOST_REQUIRE(copy);
  const auto record = read_public_record(**copy);
  Evidence evidence;
  evidence.receipts.push_back({"receipt", kept.position, kept.leaf, kept.group, kept.path});
  evidence.checkpoints.push_back({"checkpoint", note});
  const auto lost = find_lost_events(**copy, *record, evidence);
  BOOST_REQUIRE((lost && *lost));
  BOOST_TEST(((*lost)->first == kept.position));
  BOOST_TEST((*lost)->known_by.size() == 2u);
}

BOOST_AUTO_TEST_CASE(an_accepted_event_is_left_out) {
  LyingLog lying;
  const Kept kept = record_and_keep(lying.log, lying.stream);
  const auto key = lying.log.signer().key();
  // Another event of the same person in its place; all that the log signs is signed anew.
  lying.change(
      [&](Intruder& intruder) {
        forge(
            intruder, kept.position, [](format::Entry& e) { later(e); }, &key);
      },
      Loot::log_key);
  const auto store = storage::Store::open(lying.log.paths().database, storage::Mode::read_only);
  BOOST_REQUIRE(store);
  const auto record = read_public_record(**store);
  Evidence evidence;
  evidence.receipts.push_back({"receipt", kept.position, kept.leaf, kept.group, kept.path});
  const auto lost = find_lost_events(**store, *record, evidence);
  BOOST_REQUIRE(!lost);
  BOOST_TEST(std::string{errc_name(lost.error().code())} == "conflict");
}

BOOST_AUTO_TEST_CASE(an_event_of_a_signed_group_is_held_back) {
  LyingLog lying;
  std::vector<Unsigned> group;
  for (int i = 0; i < 4; ++i) group.push_back(lying.log.event(lying.log.new_stream()));
  lying.log.book().to_refuse.insert(group[2].event);
  BOOST_REQUIRE_EQUAL(lying.log.append_group(std::move(group), lying.log.signer()).size(), 3u);
  lying.log.close();
  lying.log.book().refused.clear();  // nothing tells of the refusal
  const auto report = lying.log.verify(at_level_5());
  BOOST_TEST(has(report, "withheld", "entry"), described(report));
}

BOOST_AUTO_TEST_CASE(two_histories_are_shown_to_two_readers) {
  LyingLog lying;
  const TreeSize size = lying.log.log().head().size;
  lying.log.close();
  // Of one size and another root, signed by the log: who holds both has the proof.
  const std::string other = note_of(lying.log.log_key(), size, crypto::sha256(as_bytes("other")));
  Intruder{lying.log}.put_sealed(Column::checkpoints, storage::checkpoint_key(size),
                                 as_bytes(other));
  const auto report = lying.log.verify();
  BOOST_TEST(has(report, "checkpoint-fork", "checkpoint " + std::to_string(size.value())),
             described(report));
}

BOOST_AUTO_TEST_CASE(an_actor_has_seen_another_history) {
  LyingLog lying;
  const auto key = lying.log.signer().key();
  const auto report = lying.forged(
      lying.last,
      [](format::Entry& e) {
        e.intent.verified = format::Intent::Verified{TreeSize{3}, crypto::sha256(as_bytes("x"))};
      },
      Loot::log_key, &key);
  BOOST_TEST(has(report, "checkpoint-fork", "entry", lying.last), described(report));
}

BOOST_AUTO_TEST_CASE(an_event_is_inserted_with_an_old_date) {
  LyingLog lying;
  const auto report = lying.forged(
      lying.last,
      [](format::Entry& e) {
        e.stamp.recorded_at = TimeUs{e.stamp.recorded_at.value() - 3'600'000'000};
      },
      Loot::log_key);
  BOOST_TEST(has(report, "time-order", "entry", lying.last), described(report));
}

// Nothing reports the gap: both times are there for whoever asks.
BOOST_AUTO_TEST_CASE(an_event_is_held_back_and_recorded_later) {
  LyingLog lying;
  constexpr std::int64_t kWeekUs = std::int64_t{7} * 86'400'000'000;
  std::vector<Unsigned> events;
  events.push_back(lying.log.event(lying.stream));
  SubmissionGroup held = lying.log.signer().sign(std::move(events), lying.log.clock().now());
  lying.log.clock().set(TimeUs{lying.log.clock().now().value() + kWeekUs});
  const Outcomes outcomes = lying.log.log().submit_and_wait(std::move(held));
  const Position position = std::get<Receipt>(outcomes.at(0).value()).position;
  const auto entry = format::decode_entry(*lying.log.log().store().entry(position));
  BOOST_REQUIRE(entry);
  BOOST_TEST(entry->stamp.recorded_at.value() - entry->intent.asserted_at.value() >= kWeekUs);
  lying.log.close();
  const auto report = lying.log.verify();
  BOOST_TEST(report.ok, described(report));
}

BOOST_AUTO_TEST_CASE(the_order_of_two_events_is_changed) {
  LyingLog lying;
  lying.change(
      [&](Intruder& intruder) {
        const auto one = storage::position_key(Position{lying.last.value() - 1});
        const auto other = storage::position_key(lying.last);
        const Bytes first = intruder.get(Column::entries, one);
        intruder.put(Column::entries, one, intruder.get(Column::entries, other));
        intruder.put(Column::entries, other, first);
      },
      Loot::log_key);
  const auto report = lying.log.verify();
  BOOST_TEST(has(report, "stream-link", "entry", Position{lying.last.value() - 1}),
             described(report));
}

BOOST_AUTO_TEST_CASE(a_stream_skips_an_event) {
  LyingLog lying;
  const auto report = lying.forged(
      lying.last, [](format::Entry& e) { e.stamp.version = Version{e.stamp.version.value() + 1}; },
      Loot::log_key);
  BOOST_TEST(has(report, "stream-link", "entry", lying.last), described(report));
}

BOOST_AUTO_TEST_CASE(a_bit_flips_between_recording_and_signing) {
  LyingLog lying;
  const std::string database = lying.log.paths().database;
  BOOST_REQUIRE(lying.log.log().checkpoint_now());
  lying.last = lying.log.append(lying.stream);
  const transparency::TreeHead head = lying.log.log().head();
  BOOST_REQUIRE(lying.log.log().store().flush());
  fs::copy(database, database + ".rot", fs::copy_options::recursive);
  {
    Intruder intruder{database + ".rot"};
    Bytes entry = intruder.get(Column::entries, storage::position_key(lying.last));
    entry.back() ^= 1;
    intruder.put(Column::entries, storage::position_key(lying.last), entry);
  }
  auto store = storage::Store::open(database + ".rot", storage::Mode::read_write);
  BOOST_REQUIRE(store);
  auto guard =
      Guard::open(lying.log.files(), lying.log.paths().guard, lying.log.log().origin_hash());
  BOOST_REQUIRE(guard);
  auto checkpointer =
      Checkpointer::open(**store, **guard, lying.log.log().log_signer(), lying.log.log().origin());
  BOOST_REQUIRE(checkpointer);
  const auto note = (*checkpointer)->checkpoint(head);
  BOOST_REQUIRE(!note);
  BOOST_TEST(std::string{errc_name(note.error().code())} == "corrupt");
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::log::verify_testing
