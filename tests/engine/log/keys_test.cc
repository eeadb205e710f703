// Whose key counts where: enrolled, rotated, revoked.

#include "tests/engine/log/test_log.h"

namespace stafett::log {
BOOST_AUTO_TEST_SUITE(keys_test)
namespace {

using namespace stafett::log::testing;

SubmissionGroup by(LiveLog& log, const Author& author) {
  std::vector<Unsigned> events;
  events.push_back(log.event(log.new_stream()));
  return author.signer(*log).sign(std::move(events), log.clock().now());
}

Position accepted(LiveLog& log, SubmissionGroup group) {
  const Outcomes outcomes = log->submit_and_wait(std::move(group));
  BOOST_REQUIRE(outcomes.at(0));
  BOOST_REQUIRE(std::holds_alternative<Receipt>(*outcomes.at(0)));
  return std::get<Receipt>(*outcomes.at(0)).position;
}

BOOST_AUTO_TEST_CASE(an_enrolled_key_signs_from_the_next_position_on) {
  LiveLog log;
  for (const format::Custody custody : {format::Custody::own, format::Custody::custodial}) {
    Author author = log.new_author(custody);
    author.enrolled_at = Position{log->head().size.value()};
    BOOST_TEST(log.refusal_of(by(log, author)) == "key-unknown");
    BOOST_TEST((accepted(log, log.enrolment(author, log.admin())) == author.enrolled_at));
    accepted(log, by(log, author));
    log.reopen();
    accepted(log, by(log, author));
  }
}

BOOST_AUTO_TEST_CASE(a_rotated_key_signs_no_more_and_the_new_one_does) {
  LiveLog log;
  const Author old = log.enrol();
  Author next = log.new_author();
  next.actor = old.actor;
  const auto rotation = [&](const Signer& signer) {
    const crypto::PublicKey& key = next.key.public_key();
    return log.engine_event(format::KeyRotated{old.key.id(), key,
                                               next.key.sign(format::possession_message(
                                                   log->origin_hash(), old.actor, key))},
                            signer);
  };
  BOOST_TEST(log.refusal_of(rotation(log.admin())) == "not-authorised");
  next.enrolled_at = accepted(log, rotation(old.signer(*log)));
  BOOST_TEST(log.refusal_of(by(log, old)) == "key-revoked");
  accepted(log, by(log, next));
  BOOST_TEST((log->keyring().current_key(old.actor) == next.key.id()));
  log.reopen();
  BOOST_TEST(log.refusal_of(by(log, old)) == "key-revoked");
  accepted(log, by(log, next));
}

BOOST_AUTO_TEST_CASE(a_revoked_key_signs_no_more_and_is_suspect_since_its_compromise) {
  LiveLog log;
  const Author author = log.enrol();
  const Author colleague = log.enrol();
  const Position before = accepted(log, by(log, author));
  const Position after = accepted(log, by(log, author));
  const auto revocation = [&](const Signer& signer) {
    return log.engine_event(
        format::KeyRevoked{author.key.id(), after, format::RevocationReason::compromised}, signer);
  };
  BOOST_TEST(log.refusal_of(revocation(colleague.signer(*log))) == "not-authorised");
  const Position revoked_at = accepted(log, revocation(log.admin()));
  BOOST_TEST(log.refusal_of(by(log, author)) == "key-revoked");
  BOOST_TEST(log.refusal_of(revocation(log.admin())) == "key-refused");
  for (int round = 0; round < 2; ++round, log.reopen()) {
    const auto key = log->keyring().find(author.key.id());
    BOOST_REQUIRE(key);
    BOOST_TEST(!key->valid_at(author.enrolled_at));
    BOOST_TEST((key->valid_at(before) && !key->suspect_at(before)));
    BOOST_TEST((key->valid_at(after) && key->suspect_at(after)));
    BOOST_TEST(key->valid_at(revoked_at));
    BOOST_TEST(!key->valid_at(Position{revoked_at.value() + 1}));
  }
}

// A thief rotates the key too: what he did before is suspect all the same.
BOOST_AUTO_TEST_CASE(that_a_key_was_stolen_can_be_told_when_it_counts_no_longer) {
  LiveLog log;
  const Author author = log.enrol();
  const Position before = accepted(log, by(log, author));
  const Position stolen = accepted(log, by(log, author));
  const Author thief = log.new_author();
  const Position rotated = accepted(
      log, log.engine_event(
               format::KeyRotated{author.key.id(), thief.key.public_key(),
                                  thief.key.sign(format::possession_message(
                                      log->origin_hash(), author.actor, thief.key.public_key()))},
               author.signer(*log)));
  const auto tell = [&](std::optional<Position> since) {
    return log.engine_event(
        format::KeyRevoked{author.key.id(), since, format::RevocationReason::compromised},
        log.admin());
  };
  BOOST_TEST(log.refusal_of(tell({})) == "key-refused");  // nothing new
  accepted(log, tell(Position{stolen.value() + 1}));
  BOOST_TEST(log.refusal_of(tell(Position{stolen.value() + 1})) == "key-refused");
  BOOST_TEST(log.refusal_of(tell(rotated)) == "key-refused");  // what was said is not taken back
  accepted(log, tell(stolen));                                 // earlier than was known
  for (int round = 0; round < 2; ++round, log.reopen()) {
    const auto key = log->keyring().find(author.key.id());
    BOOST_REQUIRE(key);
    BOOST_TEST((key->revoked_at == rotated));
    BOOST_TEST(!key->suspect_at(before));
    BOOST_TEST(key->suspect_at(stolen));
    BOOST_TEST(!key->valid_at(Position{rotated.value() + 1}));
  }
}

// Without it the log could not even be opened.
BOOST_AUTO_TEST_CASE(the_programs_own_key_is_not_revoked_but_rotated) {
  LiveLog log;
  const KeyId key = log->system().key().id();
  const auto revocation = [&](const KeyId& which, const Signer& signer) {
    return log.engine_event(
        format::KeyRevoked{which, Position{1}, format::RevocationReason::compromised}, signer);
  };
  BOOST_TEST(log.refusal_of(revocation(key, log.admin())) == "key-refused");
  BOOST_TEST(log.refusal_of(revocation(key, log->system())) == "key-refused");
  log.reopen();
  const auto next = crypto::SigningKey::generate(log.random());
  const ActorId actor = log->system().actor();
  require_ok(save_signing_key(log.options().files, actor_key_path(log.paths(), next.id()), next));
  accepted(log,
           log.engine_event(format::KeyRotated{key, next.public_key(),
                                               next.sign(format::possession_message(
                                                   log->origin_hash(), actor, next.public_key()))},
                            log->system()));
  log.reopen();
  BOOST_TEST((log->system().key().id() == next.id()));
  accepted(log, revocation(key, log->system()));
  log.reopen();
  log.record(log.new_stream());
}

BOOST_AUTO_TEST_CASE(an_actor_may_revoke_its_own_key) {
  LiveLog log;
  const Author author = log.enrol();
  accepted(log,
           log.engine_event(format::KeyRevoked{author.key.id(), {}, format::RevocationReason::left},
                            author.signer(*log)));
  BOOST_TEST(log.refusal_of(by(log, author)) == "key-revoked");
}

// The order of events decides, not that of their checks at the door.
BOOST_AUTO_TEST_CASE(a_revocation_counts_for_what_follows_it_in_the_same_group) {
  LiveLog log;
  const Author author = log.enrol(format::Custody::system);
  std::vector<Unsigned> events = log.events(log.new_stream(), 3);
  events[1].stream = log->streams().engine;
  events[1].stream_kind = format::StreamKind::engine;
  events[1].parts = {{format::PartClass::public_,
                      {},
                      format::encode(format::EngineEvent{format::KeyRevoked{
                          author.key.id(), {}, format::RevocationReason::left}})}};
  const Outcomes outcomes =
      log->submit_and_wait(author.signer(*log).sign(std::move(events), log.clock().now()));
  BOOST_TEST(std::holds_alternative<Receipt>(*outcomes[0]));
  BOOST_TEST(std::holds_alternative<Receipt>(*outcomes[1]));
  BOOST_TEST(std::get<Refusal>(*outcomes[2]).code == "key-revoked");
}

BOOST_AUTO_TEST_CASE(a_custodial_key_is_made_kept_and_found_again) {
  LiveLog log;
  const auto actor = random_id<ActorId>(log.random());
  BOOST_TEST(!log->signer_of(actor));
  require_ok(log->enrol_custodial(actor));
  const TreeSize size = log->head().size;
  require_ok(log->enrol_custodial(actor));
  BOOST_TEST((log->head().size == size));
  log.reopen();
  const auto signer = log->signer_of(actor);
  BOOST_REQUIRE(signer);
  accepted(log, (*signer)->sign(log.events(log.new_stream(), 1), log.clock().now()));
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::log
