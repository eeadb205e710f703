// What outsiders are shown of a growing log, and when.

#include "server/logs/public_tree.h"

#include <boost/test/unit_test.hpp>

#include "engine/log/witness/cosigned_checkpoints.h"
#include "engine/transparency/tlog_proof.h"
#include "tests/engine/log/test_log.h"
#include "tests/support/code_of.h"

namespace stafett::server {
BOOST_AUTO_TEST_SUITE(public_tree_test)
namespace {

using log::testing::kSecondUs;
using log::testing::LiveLog;

constexpr std::chrono::seconds kGrid{900};

template <class T>
T got(Result<T> result) {
  if (!result) BOOST_FAIL(result.error().to_string());
  return std::move(*result);
}
// A log that grows, a checkpoint after each growth; its clock stands at the beginning of a quarter.
struct Growing {
  Growing() { stream = live.new_stream(); }
  void grow(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) live.record(stream);
    got(live->checkpoint_now());
  }
  TreeSize size() { return live->head().size; }
  // Seconds after the beginning of a quarter; recording takes a few of its own.
  void at(std::int64_t seconds) { live.clock().set(TimeUs{start.value() + seconds * kSecondUs}); }
  TimeUs start{1'767'225'600 * kSecondUs + 9 * 900 * kSecondUs};
  LiveLog live;
  StreamId stream;
};

TreeSize shown(const PublicTree& tree) {
  return got(tree.checkpoint()).head.size;
}

}  // namespace

BOOST_AUTO_TEST_CASE(without_a_grid_the_newest_checkpoint_is_shown) {
  Growing log;
  const PublicTree tree{*log.live, log.live.clock(), std::chrono::seconds{0}};
  log.grow(3);
  BOOST_TEST(shown(tree).value() == log.size().value());
  log.grow(1);
  BOOST_TEST(shown(tree).value() == log.size().value());
  BOOST_TEST(got(tree.checkpoint()).note == got(log.live->checkpoint_now()));
}

BOOST_AUTO_TEST_CASE(on_a_grid_nothing_is_shown_before_the_quarter_ends) {
  Growing log;
  const PublicTree tree{*log.live, log.live.clock(), kGrid};
  log.at(1);
  log.grow(3);
  const TreeSize first = log.size();
  log.at(900);
  BOOST_TEST(shown(tree).value() == first.value());  // the quarter has ended this very moment
  log.at(901);
  log.grow(2);
  BOOST_TEST(shown(tree).value() == first.value());
  log.at(1799);
  BOOST_TEST(shown(tree).value() == first.value());
  log.at(1800);
  BOOST_TEST(shown(tree).value() == log.size().value());
}

BOOST_AUTO_TEST_CASE(a_server_that_starts_in_a_quarter_shows_what_the_last_one_ended_with) {
  Growing log;
  log.at(1);
  log.grow(3);
  const TreeSize before = log.size();
  log.at(1000);
  log.grow(2);
  const PublicTree tree{*log.live, log.live.clock(), kGrid};
  BOOST_TEST(shown(tree).value() == before.value());
}

BOOST_AUTO_TEST_CASE(a_clock_set_back_takes_nothing_away) {
  Growing log;
  const PublicTree tree{*log.live, log.live.clock(), kGrid};
  log.at(1);
  log.grow(3);
  log.at(900);
  BOOST_TEST(shown(tree).value() == log.size().value());
  log.at(-5000);
  BOOST_TEST(shown(tree).value() == log.size().value());
}

BOOST_AUTO_TEST_CASE(tiles_and_proofs_do_not_run_ahead_of_the_checkpoint) {
  Growing log;
  const PublicTree tree{*log.live, log.live.clock(), kGrid};
  log.at(1);
  log.grow(300);
  const TreeSize before = log.size();
  log.at(900);
  BOOST_TEST(shown(tree).value() == before.value());
  log.grow(300);

  const auto full = transparency::Tile{transparency::TileKind::hashes, 0, 0, 256};
  BOOST_TEST(got(tree.tile(full)).size() == transparency::kTileBytes);
  const auto width = static_cast<unsigned>(before.value() - 256);
  transparency::Tile partial{transparency::TileKind::hashes, 0, 1, width};
  const Bytes last = got(tree.tile(partial));
  BOOST_TEST(last.size() == width * Hash::kBytes);
  partial.width = width - 1;  // as it was when the tree was smaller
  const Bytes shorter = got(tree.tile(partial));
  BOOST_TEST((Bytes{last.begin(), last.end() - Hash::kBytes} == shorter));
  partial.width = width + 1;
  BOOST_TEST((code_of(tree.tile(partial)) == Errc::not_found));
  for (const auto& [level, index] : {std::pair{0u, 2u}, {1u, 1u}, {2u, 0u}, {63u, 0u}})
    BOOST_TEST(
        (code_of(tree.tile({transparency::TileKind::hashes, level, index, 1})) == Errc::not_found));

  const Position newest{before.value() - 1};
  const auto proof = got(transparency::parse_tlog_proof(got(tree.proof(newest))));
  const transparency::TrustPolicy policy{
      log.live->origin(),
      {log.live->origin(), transparency::KeyType::ed25519, log.live->keyring().genesis()->log_key}};
  const Hash leaf = transparency::leaf_hash(got(log.live->store().entry(newest)));
  BOOST_TEST(got(transparency::verify_tlog_proof(proof, leaf, policy)).head().size.value() ==
             before.value());
  BOOST_TEST((code_of(tree.proof(Position{before.value()})) == Errc::not_found));
  BOOST_TEST((code_of(tree.proof(Position{UINT64_MAX})) == Errc::not_found));
}

BOOST_AUTO_TEST_CASE(before_the_first_checkpoint_there_is_nothing) {
  Growing log;
  const PublicTree tree{*log.live, log.live.clock(), kGrid};
  log.at(1);
  log.grow(1);
  log.at(-100'000);  // as if the log had been born just now
  BOOST_TEST((code_of(tree.checkpoint()) == Errc::not_found));
}

BOOST_AUTO_TEST_CASE(a_proof_is_final_once_what_was_cosigned_is_shown_and_stays_so) {
  Growing log;
  const auto witness = crypto::SigningKey::from_seed(Bytes(32, 6));
  const transparency::VerifierKey vkey{"w", transparency::KeyType::ed25519_cosignature,
                                       witness.public_key()};
  const format::WitnessPolicyChanged policy{"witness w " + vkey.to_string() + "\nquorum w\n"};
  BOOST_TEST(log.live.refusal_of(log.live.engine_event(policy, log.live->system())) == "accepted");
  const PublicTree tree{*log.live, log.live.clock(), kGrid};
  log.at(1);
  log.grow(2);
  const std::string note = got(log.live->checkpoint_now());
  const std::string text = got(transparency::parse_note(note)).text;
  const auto policies =
      got(log::WitnessPolicies::read(log.live->store(), log.live->streams().engine));
  log::CosignedCheckpoints cosigned{log.live->files(),
                                    log::witnessed_directory(log.live.paths().database),
                                    log.live->keyring().log_keys(), policies};
  const std::string whole =
      note + transparency::format_signature_line(transparency::cosign_note(text, "w", witness, 1)) +
      "\n";
  got(cosigned.add(log.live->store(), whole, log.live.clock()));
  const Position last{log.size().value() - 1};
  BOOST_TEST((code_of(tree.proof(last)) == Errc::not_found));
  const auto shown_note = [&](Position position) {
    return got(transparency::parse_tlog_proof(got(tree.proof(position)))).checkpoint_note;
  };
  log.at(901);
  BOOST_TEST(shown_note(last) == whole);
  log.grow(2);
  log.at(1801);
  BOOST_TEST(shown_note(last) == whole);
  const Position newest{log.size().value() - 1};
  BOOST_TEST(shown_note(newest) == got(tree.checkpoint()).note);
}

BOOST_AUTO_TEST_CASE(what_was_cosigned_of_another_history_is_not_shown) {
  Growing log;
  const auto witness = crypto::SigningKey::from_seed(Bytes(32, 6));
  const transparency::VerifierKey vkey{"w", transparency::KeyType::ed25519_cosignature,
                                       witness.public_key()};
  const format::WitnessPolicyChanged policy{"witness w " + vkey.to_string() + "\nquorum w\n"};
  BOOST_TEST(log.live.refusal_of(log.live.engine_event(policy, log.live->system())) == "accepted");
  const PublicTree tree{*log.live, log.live.clock(), kGrid};
  log.at(1);
  log.grow(2);
  log.at(901);
  const auto shown = got(tree.checkpoint());
  // Of a log that was put back from a copy, as the history that was given up has left it.
  const auto log_key = got(log::load_signing_key(log.live.paths().log_key));
  const std::string other =
      transparency::sign_checkpoint({log.live->origin(), {shown.head.size, Hash{}}}, log_key);
  const std::string text = got(transparency::parse_note(other)).text;
  const std::string whole =
      other +
      transparency::format_signature_line(transparency::cosign_note(text, "w", witness, 1)) + "\n";
  const std::string directory = log::witnessed_directory(log.live.paths().database);
  const std::string digits = std::to_string(shown.head.size.value());
  BOOST_REQUIRE(log.live->files().make_directory(directory));
  BOOST_REQUIRE(log.live->files().replace(
      directory + "/" + std::string(20 - digits.size(), '0') + digits, as_bytes(whole)));
  BOOST_TEST(got(tree.published()) == shown.note);
  const auto proof =
      got(transparency::parse_tlog_proof(got(tree.proof(Position{shown.head.size.value() - 1}))));
  BOOST_TEST(proof.checkpoint_note == shown.note);
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::server
