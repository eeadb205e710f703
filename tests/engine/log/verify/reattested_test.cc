// Which attestation takes away that an event is suspect.

#include <boost/test/data/test_case.hpp>

#include "tests/engine/log/verify/test_log.h"

namespace stafett::log::verify_testing {
BOOST_AUTO_TEST_SUITE(reattested_test)
namespace {

enum class By { new_key, administrator, program, somebody_else, stolen_key, next_stolen_key };

struct Attested {
  const char* name;
  By by;
  bool right_leaf = true;
  bool right_position = true;
  std::uint64_t suspect, reattested;
};
std::ostream& operator<<(std::ostream& out, const Attested& one) {
  return out << one.name;
}

const Attested kAttested[] = {
    {"by its person, with a new key", By::new_key, true, true, 0, 1},
    {"by an administrator", By::administrator, true, true, 0, 1},
    {"by the program, which the genesis names", By::program, true, true, 1, 0},
    {"by somebody else", By::somebody_else, true, true, 1, 0},
    {"by the thief", By::stolen_key, true, true, 2, 0},
    {"by who has stolen the new key too", By::next_stolen_key, true, true, 2, 0},
    {"of another entry", By::new_key, false, true, 1, 0},
    {"at another position", By::new_key, true, false, 1, 0},
};

// The actor gets one more key.
Signer another_key(TestLog& log, const Signer& of) {
  const auto key = crypto::SigningKey::generate(log.random());
  const Hash& origin_hash = log.log().origin_hash();
  const Position position = log.append_engine(
      format::KeyEnrolled{
          of.actor(), key.public_key(), format::Custody::custodial,
          key.sign(format::possession_message(origin_hash, of.actor(), key.public_key()))},
      log.log().system());
  return Signer{origin_hash, of.actor(), format::Custody::custodial, position, key};
}

BOOST_DATA_TEST_CASE(an_attestation_counts_for_its_own_event_from_who_may,
                     boost::unit_test::data::make(kAttested), attested) {
  TestLog log;
  const StreamId stream = log.new_stream();
  const auto person = log.enrol(format::Custody::custodial);
  const auto other = log.enrol(format::Custody::custodial);
  const Position stolen = log.append(log.event(stream), *person);
  const Signer next = another_key(log, *person);
  const auto bytes = log.log().store().entry(stolen);
  BOOST_REQUIRE(bytes);
  format::EventReattested attestation{stolen, transparency::leaf_hash(*bytes)};
  if (!attested.right_leaf) attestation.leaf_hash.data()[0] ^= 1;
  if (!attested.right_position) attestation.position = Position{stolen.value() - 1};
  const auto revoke = [&](const Signer& key, Position since) {
    log.append_engine(
        format::KeyRevoked{key.key().id(), since, format::RevocationReason::compromised},
        log.log().system());
  };
  const Signer* by = &next;
  if (attested.by == By::administrator) by = &log.signer();
  if (attested.by == By::program) by = &log.log().system();
  if (attested.by == By::somebody_else) by = other.get();
  if (attested.by == By::stolen_key) by = person.get();
  if (attested.by != By::stolen_key) revoke(*person, stolen);
  const Position at = log.append_engine(attestation, *by);
  if (attested.by == By::stolen_key) revoke(*person, stolen);
  if (attested.by == By::next_stolen_key) revoke(next, at);
  log.close();
  const auto report = log.verify();
  BOOST_TEST(report.ok, described(report));
  BOOST_TEST(report.suspect == attested.suspect);
  BOOST_TEST(report.reattested == attested.reattested);
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::log::verify_testing
