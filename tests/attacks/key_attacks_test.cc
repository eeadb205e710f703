// Attacks with keys: stolen, made up, replaced.

#include "engine/log/log_key_change.h"
#include "engine/transparency/group_path.h"
#include "tests/attacks/lying_log.h"

namespace stafett::log::verify_testing {
BOOST_AUTO_TEST_SUITE(key_attacks_test)
namespace {

using storage::Column;

// A person whose key somebody has stolen, and what the thief recorded with it.
struct Robbed {
  LyingLog lying;
  std::shared_ptr<const Signer> person = lying.log.enrol(format::Custody::custodial);
  Position enrolled{lying.log.log().head().size.value() - 1};
  Position stolen = lying.log.append(lying.log.event(lying.stream), *person);

  format::EventReattested attestation() {
    const auto bytes = lying.log.log().store().entry(stolen);
    BOOST_REQUIRE(bytes);
    return {stolen, transparency::leaf_hash(*bytes)};
  }
  void revoke() {
    lying.log.append_engine(
        format::KeyRevoked{person->key().id(), stolen, format::RevocationReason::compromised},
        lying.log.log().system());
  }
  VerifyReport verified() {
    lying.log.close();
    return lying.log.verify();
  }
};

BOOST_AUTO_TEST_CASE(an_actors_key_is_stolen) {
  Robbed robbed;
  robbed.revoke();
  robbed.lying.last = robbed.lying.log.append(robbed.lying.stream);
  const auto report = robbed.verified();
  BOOST_TEST(report.ok, described(report));
  BOOST_TEST(report.suspect == 1u);
  // After the revocation nothing counts any more, not even with the log's own key.
  const auto key = robbed.person->key();
  {
    Intruder intruder{robbed.lying.log};
    forge(
        intruder, robbed.lying.last,
        [&](format::Entry& e) {
          e.intent.key = key.id();
          e.intent.actor = robbed.person->actor();
          e.intent.enrolled_at = robbed.enrolled;
        },
        &key);
    resign(intruder, robbed.lying.log.log_key());
  }
  const auto forged = robbed.lying.log.verify();
  BOOST_TEST(has(forged, "key-revoked", "entry", robbed.lying.last), described(forged));
}

BOOST_AUTO_TEST_CASE(a_thief_attests_his_own_deeds) {
  Robbed robbed;
  robbed.lying.log.append_engine(robbed.attestation(), *robbed.person);
  robbed.revoke();
  const auto report = robbed.verified();
  BOOST_TEST(report.ok, described(report));
  BOOST_TEST(report.suspect == 2u);  // his deed, and the attestation of it
  BOOST_TEST(report.reattested == 0u);
}

BOOST_AUTO_TEST_CASE(somebody_else_attests_a_stolen_keys_deeds) {
  Robbed robbed;
  const auto other = robbed.lying.log.enrol(format::Custody::custodial);
  robbed.revoke();
  robbed.lying.log.append_engine(robbed.attestation(), *other);
  const auto report = robbed.verified();
  BOOST_TEST(report.ok, described(report));
  BOOST_TEST(report.suspect == 1u);
}

BOOST_AUTO_TEST_CASE(a_given_up_log_key_signs_on) {
  LyingLog lying;
  const crypto::SigningKey stolen = lying.log.log_key();
  const auto rotated = rotate_log_key(lying.log.log());
  BOOST_REQUIRE_MESSAGE(rotated, (rotated ? "" : rotated.error().to_string()));
  lying.last = lying.log.append(lying.stream);
  const transparency::TreeHead head = lying.log.log().head();
  lying.log.close();
  const auto sound = lying.log.verify();
  BOOST_TEST(sound.ok, described(sound));
  Intruder{lying.log}.put_sealed(Column::checkpoints, storage::checkpoint_key(head.size),
                                 as_bytes(note_of(stolen, head.size, head.root)));
  const auto report = lying.log.verify();
  const std::string place = "checkpoint " + std::to_string(head.size.value());
  BOOST_TEST(has(report, "checkpoint-signature", place), described(report));
}

BOOST_AUTO_TEST_CASE(a_log_key_is_made_up) {
  LyingLog lying;
  const auto made_up = crypto::SigningKey::generate(lying.log.random());
  lying.log.log().log_signer().hold(made_up);
  const Bytes message = format::log_key_message(
      lying.log.log().origin_hash(), lying.log.log().keyring().log_key().key, made_up.public_key());
  // The program's key alone cannot give the log another: the old one must hand over.
  const auto outcomes = lying.log.log().submit_and_wait(lying.log.log().system().sign_engine(
      format::LogKeyRotated{made_up.public_key(), made_up.sign(message), made_up.sign(message)},
      lying.log.log().streams().engine, make_event_id(lying.log.clock().now(), lying.log.random()),
      lying.log.clock().now()));
  BOOST_TEST(std::get<Refusal>(outcomes.at(0).value()).code == "key-refused");
  // Put into the database all the same, everything signed with it.
  lying.log.close();
  {
    Intruder intruder{lying.log};
    resign(intruder, made_up);
  }
  const auto report = lying.log.verify();
  BOOST_TEST(std::ranges::any_of(report.errors,
                                 [](const auto& e) { return e.code == "checkpoint-signature"; }),
             described(report));
}

// By somebody who has the program's key and the database, but not the log's key: an event that
// gives the log his own key, written over another of the program's, and a checkpoint signed with
// it.
BOOST_AUTO_TEST_CASE(a_log_key_that_nobody_handed_over_to_is_put_into_the_log) {
  LyingLog lying;
  const Position given = lying.log.append_engine(format::WitnessPolicyChanged{"quorum none\n"},
                                                 lying.log.log().system());
  lying.last = lying.log.append(lying.stream);
  const auto his = crypto::SigningKey::generate(lying.log.random());
  const auto system = lying.log.log().system().key();
  const crypto::SigningKey log_key = lying.log.log_key();
  const Bytes message = format::log_key_message(lying.log.log().origin_hash(), log_key.public_key(),
                                                his.public_key());
  const TreeSize size{lying.last.value() + 1};
  const std::string place = "checkpoint " + std::to_string(size.value());
  BOOST_REQUIRE(lying.log.log().checkpoint_now());
  lying.change(
      [&](Intruder& intruder) {
        forge(
            intruder, given,
            [&](format::Entry& e) {
              e.public_part = format::encode(format::EngineEvent{
                  format::LogKeyRotated{his.public_key(), his.sign(message), his.sign(message)}});
              e.intent.parts = {format::commit({format::PartClass::public_, {}, e.public_part},
                                               e.intent.event_id)};
            },
            &system);
        // What was signed before is as if he had nothing to fear from it.
        resign(intruder, log_key);
        std::vector<Hash> leaves;
        for (const auto& [key, entry] : intruder.rows(Column::entries))
          leaves.push_back(transparency::leaf_hash(entry));
        intruder.put_sealed(
            Column::checkpoints, storage::checkpoint_key(size),
            as_bytes(
                note_of(his, size, transparency::root_of(std::span{leaves}.first(size.value())))));
      },
      Loot::nothing);
  const auto report = lying.log.verify();
  BOOST_TEST(has(report, "checkpoint-signature", place), described(report));
  const auto refused = std::ranges::find_if(report.errors, [&](const VerifyError& e) {
    return e.position == given && e.detail.starts_with("key-refused");
  });
  BOOST_TEST((refused != report.errors.end()), described(report));
}

// The enrolment of a person's key made another key's: with the program's key and the log's.
BOOST_AUTO_TEST_CASE(the_list_of_keys_is_rewritten) {
  LyingLog lying;
  const auto person = lying.log.enrol(format::Custody::custodial);
  const Position enrolled{lying.log.log().head().size.value() - 1};
  const Position signed_by_person = lying.log.append(lying.log.event(lying.stream), *person);
  const auto system = lying.log.log().system().key();
  const Hash origin_hash = lying.log.log().origin_hash();
  const auto his = crypto::SigningKey::generate(lying.log.random());
  const auto report = lying.forged(
      enrolled,
      [&](format::Entry& e) {
        auto event = format::decode_engine_event(e.public_part);
        BOOST_REQUIRE(event);
        auto& key = std::get<format::KeyEnrolled>(*event);
        key.public_key = his.public_key();
        key.possession =
            his.sign(format::possession_message(origin_hash, key.actor, key.public_key));
        e.public_part = format::encode(*event);
        e.intent.parts = {
            format::commit({format::PartClass::public_, {}, e.public_part}, e.intent.event_id)};
      },
      Loot::log_key, &system);
  BOOST_TEST(has(report, "key-unknown", "entry", signed_by_person), described(report));
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::log::verify_testing
