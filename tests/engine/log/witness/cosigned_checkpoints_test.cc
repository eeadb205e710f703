#include "engine/log/witness/cosigned_checkpoints.h"

#include <boost/test/unit_test.hpp>

#include "engine/log/log_tree.h"
#include "engine/log/verify/directory_verifier.h"
#include "engine/log/witness/request_maker.h"
#include "engine/transparency/witness_request.h"
#include "tests/engine/log/test_log.h"

namespace stafett::log {
BOOST_AUTO_TEST_SUITE(cosigned_checkpoints_test)
namespace {

using namespace stafett::log::testing;
using transparency::VerifierKey;

constexpr std::int64_t kDayUs = 86'400 * kSecondUs;

crypto::SigningKey signer_of_witness(std::uint8_t number) {
  return crypto::SigningKey::from_seed(Bytes(32, static_cast<std::uint8_t>(100 + number)));
}

VerifierKey vkey_of_witness(std::uint8_t number) {
  return {"witness" + std::to_string(number), transparency::KeyType::ed25519_cosignature,
          signer_of_witness(number).public_key()};
}

// Witnesses 1 to `count`, `enough` of which are enough.
std::string policy_of(std::uint8_t count, std::uint8_t enough) {
  std::string text, names;
  for (std::uint8_t i = 1; i <= count; ++i) {
    text += "witness w" + std::to_string(i) + " " + vkey_of_witness(i).to_string() + "\n";
    names += " w" + std::to_string(i);
  }
  return text + "group g " + std::to_string(enough) + names + "\nquorum g\n";
}

// A log with two of three witnesses, and what is cosigned of it.
struct WitnessedLive {
  explicit WitnessedLive(const std::string& policy = policy_of(3, 2)) { record_policy(policy); }

  void record_policy(const std::string& policy) {
    BOOST_TEST(log.refusal_of(log.engine_event(format::WitnessPolicyChanged{policy},
                                               log->system())) == "accepted");
    read();
  }
  void read() {
    policies = WitnessPolicies::read(log->store(), log->streams().engine).value();
    cosigned =
        std::make_unique<CosignedCheckpoints>(log->files(), directory(), log_key(), policies);
  }
  std::string directory() const { return witnessed_directory(log.paths().database); }
  VerifierKey log_key() {
    return {log->origin(), transparency::KeyType::ed25519, log->keyring().genesis()->log_key};
  }
  // Some entries more, and their checkpoint.
  std::string grow() {
    log.record(log.new_stream());
    return log->checkpoint_now().value();
  }
  std::string signed_head(TreeSize size, const Hash& root) {
    const auto log_key = load_signing_key(log.paths().log_key).value();
    return transparency::sign_checkpoint({log->origin(), {size, root}}, log_key);
  }
  // As the history that a log gave up has left it.
  void put_of_another_history(std::uint64_t size, std::initializer_list<std::uint8_t> numbers) {
    const std::string digits = std::to_string(size);
    const std::string path = directory() + "/" + std::string(20 - digits.size(), '0') + digits;
    BOOST_REQUIRE(storage::posix_files().make_directory(directory()));
    BOOST_REQUIRE(storage::posix_files().replace(
        path, as_bytes(signed_by(signed_head(TreeSize{size}, Hash{}), numbers))));
  }
  std::optional<TreeSize> newest_final(std::optional<Position> covers = {}) {
    const auto found = cosigned->newest_final(log->store(), covers);
    BOOST_REQUIRE(found);
    return *found ? std::optional{(*found)->head.size} : std::nullopt;
  }
  std::string signed_by(const std::string& note, std::initializer_list<std::uint8_t> numbers) {
    std::string all = note;
    const std::string text = transparency::parse_note(note)->text;
    for (const std::uint8_t number : numbers)
      all += transparency::format_signature_line(transparency::cosign_note(
                 text, vkey_of_witness(number).name, signer_of_witness(number),
                 static_cast<std::uint64_t>(log.clock().now().value() / kSecondUs))) +
             "\n";
    return all;
  }
  Result<CosignedCheckpoint> add(const std::string& note) {
    return cosigned->add(log->store(), note, log.clock());
  }
  VerifyReport verified() {
    log.close();
    const VerifyDirectory directory{log.paths(), storage::posix_files(), log.random(), {}, {}};
    const auto report = verify_directory(directory, {});
    BOOST_REQUIRE(report);
    BOOST_REQUIRE(log.open());
    return *report;
  }

  LiveLog log;
  WitnessPolicies policies;
  std::unique_ptr<CosignedCheckpoints> cosigned;
};

BOOST_AUTO_TEST_CASE(enough_witnesses_make_a_checkpoint_final_whenever_they_answer) {
  WitnessedLive live;
  const std::string note = live.grow();
  const auto one = live.add(live.signed_by(note, {2}));
  BOOST_REQUIRE_MESSAGE(one, one.error().to_string());
  BOOST_TEST(!one->is_final);
  BOOST_TEST(!live.newest_final());
  const auto two = live.add(live.signed_by(note, {1}));
  BOOST_REQUIRE(two);
  BOOST_TEST(two->is_final);
  BOOST_TEST(two->cosignatures.size() == 2u);
  // Beside the log's signature, in the policy's order, and without what nobody asked for.
  const auto lines =
      transparency::parse_note(live.cosigned->newest_final(live.log->store())->value().note);
  BOOST_REQUIRE(lines->signatures.size() == 3u);
  BOOST_TEST(lines->signatures[0].name == live.log->origin());
  BOOST_TEST(lines->signatures[1].name == "witness1");
  BOOST_TEST(lines->signatures[2].name == "witness2");
}

BOOST_AUTO_TEST_CASE(of_each_witness_the_first_cosignature_of_a_size_is_kept) {
  WitnessedLive live;
  const std::string note = live.grow();
  const auto first = live.add(live.signed_by(note, {1, 2}));
  BOOST_REQUIRE(first);
  live.log.tick();
  BOOST_TEST((live.add(live.signed_by(note, {1, 2})).error().code() == Errc::refused));
  const auto third = live.add(live.signed_by(note, {1, 2, 3}));
  BOOST_REQUIRE(third);
  BOOST_TEST(third->cosignatures.size() == 3u);
  BOOST_TEST(third->cosignatures[0].time_s.value() == first->cosignatures[0].time_s.value());
  BOOST_TEST(third->cosignatures[2].time_s.value() == first->cosignatures[0].time_s.value() + 1);
}

BOOST_AUTO_TEST_CASE(what_covers_a_position_is_larger_than_it) {
  WitnessedLive live;
  const auto added = live.add(live.signed_by(live.grow(), {1, 2}));
  BOOST_REQUIRE(added);
  const std::uint64_t size = added->head.size.value();
  BOOST_TEST(live.newest_final(Position{size - 1}).has_value());
  BOOST_TEST(!live.newest_final(Position{size}));
}

BOOST_AUTO_TEST_CASE(another_history_another_log_and_other_witnesses_are_told_apart) {
  WitnessedLive live;
  const std::string note = live.grow();
  const auto checkpoint = transparency::parse_checkpoint(transparency::parse_note(note)->text);
  const auto log_key = load_signing_key(live.log.paths().log_key).value();
  const auto code_of = [&](const std::string& one) {
    const auto added = live.add(one);
    return added ? Errc::unset : added.error().code();
  };
  // Signed by the log itself, who shows two histories.
  const std::string fork =
      transparency::sign_checkpoint({live.log->origin(), {checkpoint->head.size, Hash{}}}, log_key);
  BOOST_TEST((code_of(live.signed_by(fork, {1, 2})) == Errc::conflict));
  const TreeSize beyond{live.log->head().size.value() + 1};
  const std::string larger =
      transparency::sign_checkpoint({live.log->origin(), {beyond, Hash{}}}, log_key);
  BOOST_TEST((code_of(live.signed_by(larger, {1, 2})) == Errc::conflict));
  const std::string other =
      transparency::sign_checkpoint({"another.example", checkpoint->head}, log_key);
  BOOST_TEST((code_of(live.signed_by(other, {1, 2})) == Errc::refused));
  BOOST_TEST((code_of(live.signed_by(note, {4})) == Errc::refused));
  BOOST_TEST((code_of(note) == Errc::refused));
  BOOST_TEST((code_of("x") == Errc::malformed));
  std::string spoiled = live.signed_by(note, {1, 2});
  char& last = spoiled[spoiled.size() - 10];
  last = last == 'A' ? 'B' : 'A';
  BOOST_TEST((code_of(spoiled) == Errc::bad_signature));
  BOOST_TEST(live.cosigned->sizes()->empty());
}

BOOST_AUTO_TEST_CASE(a_cosignature_from_the_future_or_of_no_time_is_not_taken) {
  WitnessedLive live;
  const std::string note = live.grow();
  const std::string text = transparency::parse_note(note)->text;
  const auto now_s = static_cast<std::uint64_t>(live.log.clock().now().value() / kSecondUs);
  const auto at = [&](std::uint64_t time_s) {
    return note +
           transparency::format_signature_line(
               transparency::cosign_note(text, "witness1", signer_of_witness(1), time_s)) +
           "\n";
  };
  BOOST_TEST((live.add(at(0)).error().code() == Errc::bad_signature));
  BOOST_TEST((live.add(at(~std::uint64_t{0} >> 1)).error().code() == Errc::bad_signature));
  BOOST_TEST((live.add(at(now_s + kCosignedAheadSeconds + 1)).error().code() == Errc::refused));
  BOOST_TEST(live.add(at(now_s + kCosignedAheadSeconds)).has_value());
}

BOOST_AUTO_TEST_CASE(the_policy_in_force_at_a_size_decides_and_later_ones_change_nothing) {
  WitnessedLive live;
  const std::string before = live.grow();
  const auto early = live.add(live.signed_by(before, {1, 2}));
  BOOST_REQUIRE(early);
  live.record_policy(policy_of(1, 1));
  const std::string after = live.grow();
  BOOST_TEST(live.cosigned->at(early->head.size)->is_final);
  BOOST_TEST((live.add(live.signed_by(after, {2})).error().code() == Errc::refused));
  const auto late = live.add(live.signed_by(after, {1}));
  BOOST_REQUIRE(late);
  BOOST_TEST(late->is_final);
  // A witness goes on from what it has cosigned under either.
  BOOST_TEST((live.cosigned->newest_of(vkey_of_witness(1))->value().head.size == late->head.size));
  BOOST_TEST((live.cosigned->newest_of(vkey_of_witness(2))->value().head.size == early->head.size));
  const RecordedPolicy* recorded = live.policies.newest();
  const TreeSize at{recorded->position.value()};
  BOOST_TEST(live.policies.in_force(at) != recorded);
  BOOST_TEST(live.policies.in_force(TreeSize{at.value() + 1}) == recorded);
  BOOST_TEST(live.policies.in_force(TreeSize{1}) == nullptr);
}

BOOST_AUTO_TEST_CASE(about_one_is_kept_a_day_and_the_newest_of_each_witness) {
  WitnessedLive live;
  const auto only_third = live.add(live.signed_by(live.grow(), {3}));
  BOOST_REQUIRE(only_third);
  std::vector<TreeSize> last_of_day;
  for (int day = 0; day < 5; ++day) {
    live.log.tick(kDayUs);
    for (int i = 0; i < 4; ++i) {
      const auto added = live.add(live.signed_by(live.grow(), {1, 2}));
      BOOST_REQUIRE(added);
      if (i == 3) last_of_day.push_back(added->head.size);
    }
  }
  std::vector<TreeSize> want{only_third->head.size};
  want.insert(want.end(), last_of_day.begin(), last_of_day.end());
  BOOST_TEST((live.cosigned->sizes().value() == want));
  // What waits for more witnesses stays, up to a bound.
  for (std::size_t i = 0; i < kCosignedPending + 3; ++i)
    BOOST_REQUIRE(live.add(live.signed_by(live.grow(), {1})));
  BOOST_TEST(live.cosigned->sizes()->size() == want.size() + kCosignedPending);
}

BOOST_AUTO_TEST_CASE(what_was_cosigned_of_a_history_that_was_given_up_is_not_of_this_tree) {
  WitnessedLive live;
  const auto first = live.add(live.signed_by(live.grow(), {1, 2}));
  BOOST_REQUIRE(first);
  const std::uint64_t covered = first->head.size.value();
  live.put_of_another_history(covered + 1, {1, 2});
  live.put_of_another_history(covered + 40, {1, 2});
  BOOST_TEST((live.newest_final(Position{0}) == first->head.size));
  BOOST_TEST(!live.newest_final(Position{covered}));
  const auto newest = live.cosigned->newest_of(vkey_of_witness(1));
  BOOST_REQUIRE(newest && *newest);
  BOOST_TEST((*newest)->head.size.value() == covered + 40);
  BOOST_TEST((check_is_of(live.log->store(), (*newest)->head).error().code() == Errc::conflict));
  BOOST_TEST(check_is_of(live.log->store(), first->head).has_value());
  // It is neither taken for this one's at its size, nor lost to it.
  const std::string at_its_size = live.grow();
  const auto head = transparency::parse_checkpoint(transparency::parse_note(at_its_size)->text);
  BOOST_REQUIRE(head->head.size.value() == covered + 1);
  BOOST_TEST((live.cosigned->of(head->head).error().code() == Errc::not_found));
  BOOST_TEST((live.add(live.signed_by(at_its_size, {3})).error().code() == Errc::conflict));
  BOOST_TEST(live.cosigned->at(head->head.size).has_value());
  BOOST_TEST(!live.newest_final(Position{covered}));
  // The newest of a day stays final, whatever larger one of that day there is.
  const auto next = live.add(live.signed_by(live.grow(), {2, 3}));
  BOOST_REQUIRE_MESSAGE(next, next.error().to_string());
  BOOST_TEST((live.newest_final() == next->head.size));
  BOOST_TEST(live.cosigned->of(next->head).has_value());
  BOOST_TEST(live.cosigned->at(TreeSize{covered + 40}).has_value());
}

BOOST_AUTO_TEST_CASE(a_policy_is_recorded_by_the_system_and_is_one_of_this_log) {
  WitnessedLive live;
  const auto refusal = [&](const std::string& policy, const Signer& by) {
    return live.log.refusal_of(live.log.engine_event(format::WitnessPolicyChanged{policy}, by));
  };
  BOOST_TEST(refusal("quorum none\n", live.log.admin()) == "not-authorised");
  BOOST_TEST(refusal("quorum some\n", live.log->system()) == "policy-refused");
  const VerifierKey other{live.log->origin(), transparency::KeyType::ed25519,
                          signer_of_witness(1).public_key()};
  BOOST_TEST(refusal("log " + other.to_string() + "\nquorum none\n", live.log->system()) ==
             "policy-refused");
  BOOST_TEST(refusal("log " + live.log_key().to_string() + "\nquorum none\n", live.log->system()) ==
             "accepted");
}

BOOST_AUTO_TEST_CASE(a_request_goes_on_from_every_size_that_the_log_has_had) {
  WitnessedLive live;
  for (int i = 0; i < 5; ++i) live.grow();
  const std::string note = live.grow();
  const auto head = transparency::parse_checkpoint(transparency::parse_note(note)->text)->head;
  for (std::uint64_t old = 0; old <= head.size.value(); ++old) {
    const auto body = make_witness_request(live.log->store(), head, note, TreeSize{old});
    BOOST_REQUIRE_MESSAGE(body, body.error().to_string());
    const transparency::WitnessedLog known{
        {live.log_key()}, {TreeSize{old}, root_at(live.log->store(), TreeSize{old}).value()}};
    BOOST_TEST((judge_witness_request(transparency::open_witness_request(*body).value(), known) ==
                transparency::WitnessVerdict::cosign));
  }
  const auto beyond =
      make_witness_request(live.log->store(), head, note, TreeSize{head.size.value() + 1});
  BOOST_TEST((beyond.error().code() == Errc::invalid_argument));
}

BOOST_AUTO_TEST_CASE(verification_reports_what_is_final_and_whatever_contradicts_the_log) {
  WitnessedLive live;
  const std::string note = live.grow();
  const auto added = live.add(live.signed_by(note, {1, 2}));
  BOOST_REQUIRE(added);
  const VerifyReport good = live.verified();
  BOOST_TEST(good.ok);
  BOOST_TEST(good.witnessed.checkpoints == 1u);
  BOOST_REQUIRE(good.witnessed.newest_final);
  BOOST_TEST((good.witnessed.newest_final->size == added->head.size));
  BOOST_TEST(good.witnessed.newest_final->time_s == added->newest_time_s());

  const auto log_key = load_signing_key(live.log.paths().log_key).value();
  const auto put = [&](std::uint64_t size, const std::string& text) {
    const std::string digits = std::to_string(size);
    const std::string path = live.directory() + "/" + std::string(20 - digits.size(), '0') + digits;
    BOOST_REQUIRE(storage::posix_files().replace(path, as_bytes(text)));
  };
  const auto only_error = [&] {
    const VerifyReport report = live.verified();
    BOOST_TEST(!report.ok);
    BOOST_REQUIRE(report.errors.size() == 1u);
    return report.errors[0].place + ": " + report.errors[0].code;
  };
  const std::uint64_t size = added->head.size.value();
  const std::string place = "checkpoint " + std::to_string(size);
  const auto signed_head = [&](std::uint64_t of, const Hash& root) {
    return transparency::sign_checkpoint({live.log->origin(), {TreeSize{of}, root}}, log_key);
  };
  put(size, live.signed_by(signed_head(size, Hash{}), {1, 2}));
  BOOST_TEST(only_error() == place + ": checkpoint-fork");
  put(size, note.substr(0, note.size() - 4) + "AAA\n");
  BOOST_TEST(only_error() == place + ": checkpoint-signature");
  put(size, live.signed_by(note, {1, 2}));
  BOOST_TEST(live.verified().ok);
  // The end was cut off, but witnesses remember.
  put(size + 100, live.signed_by(signed_head(size + 100, Hash{}), {1, 2}));
  BOOST_TEST(only_error() == "checkpoint " + std::to_string(size + 100) + ": root");
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::log
