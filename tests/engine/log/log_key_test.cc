// The log's own key changes under the same origin: what signs what, before and after.

#include "engine/log/log_key_change.h"
#include "engine/transparency/group_path.h"
#include "tests/engine/log/test_log.h"
#include "tests/support/code_of.h"

namespace stafett::log::testing {
BOOST_AUTO_TEST_SUITE(log_key_test)
namespace {

// By the key that counts where the receipt's group begins, and by no other of the log's.
void check_signed_by_its_key(Log& log, const Receipt& receipt) {
  const format::ReceiptGroup& group = receipt.group;
  const auto root = transparency::root_from_group_path(
      receipt.leaf_hash, receipt.position.value() - group.first.value(), group.count, receipt.path);
  BOOST_REQUIRE(root);
  const Bytes message = format::receipt_message(log.origin_hash(), group.first, group.count, *root);
  const transparency::VerifierKey counts = log.keyring().log_key_at(TreeSize{group.first.value()});
  const LogKeys keys = log.keyring().log_keys();
  for (const LogKeys::Key& one : keys.all())
    BOOST_TEST(crypto::verify(one.key.key, message, group.signature) == (one.key == counts));
}

BOOST_AUTO_TEST_CASE(receipts_and_checkpoints_are_signed_by_the_key_of_their_time) {
  LiveLog log;
  const Receipt early = log.record(log.new_stream());
  const std::string old_note = *log->checkpoint_now();
  const transparency::VerifierKey first = log->keyring().log_key();
  for (int i = 0; i < 3; ++i) {
    const auto rotated = rotate_log_key(*log);
    BOOST_REQUIRE_MESSAGE(rotated, (rotated ? "" : rotated.error().to_string()));
    BOOST_TEST((*rotated == log->keyring().log_key()));
    BOOST_TEST(rotated->name == first.name);
    const Receipt late = log.record(log.new_stream());
    check_signed_by_its_key(*log, early);
    check_signed_by_its_key(*log, late);
    const std::string note = *log->checkpoint_now();
    BOOST_TEST(open_log_checkpoint(note, log->keyring().log_keys()).has_value());
    BOOST_TEST(transparency::open_checkpoint(note, *rotated, first.name).has_value());
    BOOST_TEST(!transparency::open_checkpoint(note, first, first.name).has_value());
    BOOST_TEST(open_log_checkpoint(old_note, log->keyring().log_keys()).has_value());
    log.reopen();
    BOOST_TEST((log->keyring().log_key() == *rotated));
    check_signed_by_its_key(*log, log.record(log.new_stream()));
  }
  BOOST_TEST(log->keyring().log_keys().all().size() == 4u);
}

BOOST_AUTO_TEST_CASE(a_key_counts_for_all_that_covers_its_event) {
  LogKeys keys{{"x", transparency::KeyType::ed25519, crypto::PublicKey{}}};
  crypto::PublicKey next;
  next.data()[0] = 1;
  keys.add(next, Position{10});
  BOOST_TEST((keys.at(TreeSize{0}).key == crypto::PublicKey{}));
  BOOST_TEST((keys.at(TreeSize{10}).key == crypto::PublicKey{}));
  BOOST_TEST((keys.at(TreeSize{11}).key == next));
  BOOST_TEST((keys.newest().key == next));
}

BOOST_AUTO_TEST_CASE(what_both_keys_have_not_signed_changes_nothing) {
  LiveLog log;
  const crypto::SigningKey old = *load_signing_key(log.paths().log_key);
  const auto next = crypto::SigningKey::generate(log.random());
  const auto stranger = crypto::SigningKey::generate(log.random());
  log->log_signer().hold(next);
  const Bytes message =
      format::log_key_message(log->origin_hash(), old.public_key(), next.public_key());
  const Bytes other =
      format::log_key_message(log->origin_hash(), stranger.public_key(), next.public_key());
  const auto refusal = [&](const crypto::PublicKey& key, const crypto::Signature& possession,
                           const crypto::Signature& handover, const Signer& by) {
    return log.refusal_of(log.engine_event(format::LogKeyRotated{key, possession, handover}, by));
  };
  const crypto::PublicKey key = next.public_key();
  const auto& system = log->system();
  BOOST_TEST(refusal(key, stranger.sign(message), old.sign(message), system) == "key-refused");
  BOOST_TEST(refusal(key, next.sign(message), stranger.sign(message), system) == "key-refused");
  BOOST_TEST(refusal(key, next.sign(other), old.sign(other), system) == "key-refused");
  BOOST_TEST(refusal(old.public_key(), old.sign(message), old.sign(message), system) ==
             "key-refused");
  BOOST_TEST(refusal(key, next.sign(message), old.sign(message), log.admin()) == "not-authorised");
  // Both have signed, but the log does not have it: it could sign nothing more.
  const Bytes of_stranger =
      format::log_key_message(log->origin_hash(), old.public_key(), stranger.public_key());
  BOOST_TEST(refusal(stranger.public_key(), stranger.sign(of_stranger), old.sign(of_stranger),
                     system) == "key-refused");
  BOOST_TEST((log->keyring().log_key().key == old.public_key()));
  log.record(log.new_stream());
}

BOOST_AUTO_TEST_CASE(a_key_that_an_attempt_before_left_is_not_taken) {
  LiveLog log;
  const auto made = crypto::SigningKey::generate(log.random());
  require_ok(save_signing_key(log.options().files, log.paths().log_key + ".next", made));
  log.reopen();
  BOOST_TEST((log->keyring().log_key().key != made.public_key()));
  const auto rotated = rotate_log_key(*log);
  BOOST_REQUIRE(rotated);
  BOOST_TEST((rotated->key != made.public_key()));
  BOOST_TEST((load_signing_key(log.paths().log_key)->public_key() == rotated->key));
  BOOST_TEST((code_of(load_signing_key(log.paths().log_key + ".next")) == Errc::not_found));
}

// What an attempt recorded and did not put into its place is the log's key: it is not made anew.
BOOST_AUTO_TEST_CASE(a_change_that_was_recorded_is_ended_before_the_next) {
  LiveLog log;
  const crypto::SigningKey first = *load_signing_key(log.paths().log_key);
  BOOST_REQUIRE(rotate_log_key(*log));
  const crypto::SigningKey second = *load_signing_key(log.paths().log_key);
  storage::Files& files = log.options().files;
  require_ok(files.rename(log.paths().log_key, log.paths().log_key + ".next"));
  require_ok(save_signing_key(files, log.paths().log_key, first));
  const auto third = rotate_log_key(*log);
  BOOST_REQUIRE_MESSAGE(third, (third ? "" : third.error().to_string()));
  BOOST_TEST((third->key != second.public_key()));
  BOOST_TEST(log->keyring().log_keys().all().size() == 3u);
  log.reopen();
  BOOST_TEST(!log->read_only_reason());
  check_signed_by_its_key(*log, log.record(log.new_stream()));
}

// Its content waits for a copy of the key; what needs no key works.
BOOST_AUTO_TEST_CASE(a_log_whose_key_is_lost_opens_read_only_until_it_is_there_again) {
  LiveLog log;
  const Receipt early = log.record(log.new_stream());
  log.close();
  storage::Files& files = storage::posix_files();
  require_ok(files.rename(log.paths().log_key, log.paths().log_key + ".away"));
  require_ok(log.open());
  BOOST_TEST(log->read_only_reason().value_or("").starts_with("the log key is missing"));
  check_receipt(*log, early);
  BOOST_TEST((code_of(rotate_log_key(*log)) == Errc::read_only));
  const Outcomes outcomes = log->submit_and_wait(log.signed_alone(log.event(log.new_stream())));
  BOOST_TEST((code_of(outcomes.front()) == Errc::read_only));
  log.close();
  require_ok(files.rename(log.paths().log_key + ".away", log.paths().log_key));
  require_ok(log.open());
  log.record(log.new_stream());
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::log::testing
