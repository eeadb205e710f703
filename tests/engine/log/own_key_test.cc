// A key of the actor's own: made and kept elsewhere, enrolled with a proof that its owner has it.

#include <boost/test/data/test_case.hpp>
#include <ostream>

#include "tests/engine/log/test_log.h"

namespace stafett::log {
BOOST_AUTO_TEST_SUITE(own_key_test)
namespace {

using namespace stafett::log::testing;
using format::possession_message;

SubmissionGroup enrolment(LiveLog& log, const Author& author, const crypto::Signature& proof) {
  return log.engine_event(
      format::KeyEnrolled{author.actor, author.key.public_key(), author.custody, proof},
      log.admin());
}

SubmissionGroup signed_by(LiveLog& log, const Author& author) {
  return author.signer(*log).sign(log.events(log.new_stream(), 1), log.clock().now());
}

struct WrongProof {
  const char* name;
  std::function<crypto::Signature(LiveLog&, const Author&)> make;
};
std::ostream& operator<<(std::ostream& out, const WrongProof& wrong) {
  return out << wrong.name;
}

const WrongProof kWrongProofs[] = {
    {"none", [](LiveLog&, const Author&) { return crypto::Signature{}; }},
    {"by_another_key",
     [](LiveLog& log, const Author& author) {
       return log.new_author().key.sign(
           possession_message(log->origin_hash(), author.actor, author.key.public_key()));
     }},
    {"by_the_administrator_for_him",
     [](LiveLog& log, const Author& author) {
       return log.admin().key().sign(
           possession_message(log->origin_hash(), author.actor, author.key.public_key()));
     }},
    {"for_another_actor",
     [](LiveLog& log, const Author& author) {
       return author.key.sign(
           possession_message(log->origin_hash(), log.new_author().actor, author.key.public_key()));
     }},
    {"for_another_key",
     [](LiveLog& log, const Author& author) {
       return author.key.sign(
           possession_message(log->origin_hash(), author.actor, log.new_author().key.public_key()));
     }},
    {"for_another_log",
     [](LiveLog&, const Author& author) {
       return author.key.sign(possession_message(Hash{}, author.actor, author.key.public_key()));
     }},
    {"one_bit_off",
     [](LiveLog& log, const Author& author) {
       crypto::Signature proof = author.key.sign(
           possession_message(log->origin_hash(), author.actor, author.key.public_key()));
       proof.data()[40] ^= 1;
       return proof;
     }},
};

BOOST_DATA_TEST_CASE(a_wrong_proof_of_possession_enrols_nothing,
                     boost::unit_test::data::make(kWrongProofs), wrong) {
  LiveLog log;
  Author author = log.new_author();
  const TreeSize size = log->head().size;
  BOOST_TEST(log.refusal_of(enrolment(log, author, wrong.make(log, author))) == "key-refused");
  BOOST_TEST((log->head().size == size));
  BOOST_TEST(!log->keyring().find(author.key.id()));
  author.enrolled_at = Position{size.value()};
  BOOST_TEST(log.refusal_of(signed_by(log, author)) == "key-unknown");
  // The owner is not shut out: with the right proof the same key is enrolled.
  BOOST_TEST(log.refusal_of(log.enrolment(author, log.admin())) == "accepted");
  BOOST_TEST(log.refusal_of(signed_by(log, author)) == "accepted");
}

BOOST_AUTO_TEST_CASE(the_owner_signs_with_it_and_the_log_never_has_it) {
  LiveLog log;
  const Author author = log.enrol();
  const auto enrolled = log->keyring().find(author.key.id());
  BOOST_REQUIRE(enrolled);
  BOOST_TEST((enrolled->custody == format::Custody::own));
  BOOST_TEST((enrolled->actor == author.actor));
  for (int round = 0; round < 2; ++round, log.reopen()) {
    const Outcomes outcomes = log->submit_and_wait(signed_by(log, author));
    BOOST_REQUIRE(std::holds_alternative<Receipt>(*outcomes.at(0)));
    const Receipt receipt = std::get<Receipt>(*outcomes.at(0));
    check_receipt(*log, receipt);
    const auto entry = format::decode_entry(*log->store().entry(receipt.position));
    BOOST_REQUIRE(entry);
    BOOST_TEST((entry->intent.key == author.key.id()));
    BOOST_TEST((entry->intent.custody == format::Custody::own));
    BOOST_TEST(!log->signer_of(author.actor));
  }
}

BOOST_AUTO_TEST_CASE(custody_is_that_of_the_enrolment) {
  LiveLog log;
  const Author author = log.enrol();
  for (const format::Custody custody : {format::Custody::custodial, format::Custody::system}) {
    Author claimed = author;
    claimed.custody = custody;
    BOOST_TEST(log.refusal_of(signed_by(log, claimed)) != "accepted");
  }
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::log
