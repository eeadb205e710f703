#include "engine/format/engine_event.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "engine/format/engine_events.capnp.h"
#include "tests/engine/format/golden.h"
#include "tests/engine/format/raw_message.h"
#include "tests/engine/format/refused.h"

BOOST_AUTO_TEST_SUITE(engine_event_test)

using namespace stafett;
using namespace stafett::format;

namespace {

using Builder = schema::EngineEvent::Builder;

struct ChangedEvent {
  const char* name;
  std::size_t event;  // index in golden::engine_events()
  void (*change)(Builder);
  Errc want;
};
std::ostream& operator<<(std::ostream& out, const ChangedEvent& changed) {
  return out << changed.name;
}

constexpr std::size_t kGenesis = 0, kEnrolled = 1, kRotated = 2, kRevoked = 3, kLogKey = 4,
                      kOrdered = 6, kApproved = 7, kCompleted = 8, kPolicy = 11, kDigested = 12,
                      kHeads = 13;

const ChangedEvent kChanged[] = {
    {"unset", kGenesis, [](Builder to) { to.setUnset(); }, Errc::malformed},
    {"an event that is not read yet", kGenesis, [](Builder to) { to.initRootKeyRotated(); },
     Errc::unsupported},
    {"log of a later version", kGenesis, [](Builder to) { to.getGenesis().setFormatVersion(2); },
     Errc::unsupported},
    {"empty origin", kGenesis, [](Builder to) { to.getGenesis().setOrigin(""); }, Errc::malformed},
    {"no origin", kGenesis, [](Builder to) { to.getGenesis().disownOrigin(); }, Errc::malformed},
    {"origin of 256 bytes", kGenesis,
     [](Builder to) { to.getGenesis().setOrigin(std::string(256, 'a')); }, Errc::malformed},
    {"zero byte in the origin", kGenesis,
     [](Builder to) {
       to.getGenesis().setOrigin({"stafett\0x", 9});
     },
     Errc::malformed},
    {"origin that is not UTF-8", kGenesis, [](Builder to) { to.getGenesis().setOrigin("\xff"); },
     Errc::malformed},
    {"no administrators", kGenesis, [](Builder to) { to.getGenesis().disownAdministrators(); },
     Errc::malformed},
    {"33 administrators", kGenesis, [](Builder to) { to.getGenesis().initAdministrators(33); },
     Errc::malformed},
    {"threshold 0", kGenesis, [](Builder to) { to.getGenesis().setThreshold(0); }, Errc::malformed},
    {"threshold past the administrators", kGenesis,
     [](Builder to) { to.getGenesis().setThreshold(3); }, Errc::malformed},
    {"administrator without custody", kGenesis,
     [](Builder to) { to.getGenesis().getAdministrators()[0].setCustody(schema::Custody::UNSET); },
     Errc::malformed},
    {"log key of 31 bytes", kGenesis, [](Builder to) { to.getGenesis().setLogKey(zeros(31)); },
     Errc::malformed},
    {"later custody", kEnrolled,
     [](Builder to) { to.getKeyEnrolled().setCustody(static_cast<schema::Custody>(4)); },
     Errc::unsupported},
    {"possession of 63 bytes", kEnrolled,
     [](Builder to) { to.getKeyEnrolled().setPossession(zeros(63)); }, Errc::malformed},
    {"log key of 33 bytes", kLogKey,
     [](Builder to) { to.getLogKeyRotated().setPublicKey(zeros(33)); }, Errc::malformed},
    {"log key that nobody hands over", kLogKey,
     [](Builder to) { to.getLogKeyRotated().disownHandover(); }, Errc::malformed},
    {"log key without possession", kLogKey,
     [](Builder to) { to.getLogKeyRotated().setPossession(zeros(63)); }, Errc::malformed},
    {"rotation of no key", kRotated, [](Builder to) { to.getKeyRotated().disownOldKey(); },
     Errc::malformed},
    {"no reason", kRevoked,
     [](Builder to) { to.getKeyRevoked().setReason(schema::KeyRevoked::Reason::UNSET); },
     Errc::malformed},
    {"later reason", kRevoked,
     [](Builder to) { to.getKeyRevoked().setReason(static_cast<schema::KeyRevoked::Reason>(5)); },
     Errc::unsupported},
    {"order of 15 bytes", kOrdered, [](Builder to) { to.getErasureOrdered().setOrder(zeros(15)); },
     Errc::malformed},
    {"too many ranges", kOrdered,
     [](Builder to) { to.getErasureOrdered().initRanges(kErasureRangesMax + 1); }, Errc::malformed},
    {"ranges as a null pointer", kOrdered,
     [](Builder to) { to.getErasureOrdered().disownRanges(); }, Errc::unsupported},
    {"no order", kApproved, [](Builder to) { to.getErasureApproved().disownOrder(); },
     Errc::malformed},
    {"later basis", kOrdered,
     [](Builder to) {
       to.getErasureOrdered().setBasis(static_cast<schema::ErasureOrdered::Basis>(4));
     },
     Errc::unsupported},
    {"evidence of 67 bytes", kCompleted,
     [](Builder to) { to.getErasureCompleted().setEvidence(zeros(67)); }, Errc::malformed},
    {"completion of no order", kCompleted,
     [](Builder to) { to.getErasureCompleted().disownOrder(); }, Errc::malformed},
    {"empty policy", kPolicy, [](Builder to) { to.getWitnessPolicyChanged().setPolicy(""); },
     Errc::malformed},
    {"policy too long", kPolicy,
     [](Builder to) {
       to.getWitnessPolicyChanged().setPolicy(std::string(kWitnessPolicyBytesMax + 1, '#'));
     },
     Errc::malformed},
    {"policy that is not UTF-8", kPolicy,
     [](Builder to) { to.getWitnessPolicyChanged().setPolicy("\xff"); }, Errc::malformed},
    {"name of 65 bytes", kDigested,
     [](Builder to) { to.getProjectionDigested().setName(std::string(65, 'a')); }, Errc::malformed},
    {"root of 33 bytes", kHeads, [](Builder to) { to.getStreamHeads().setRoot(zeros(33)); },
     Errc::malformed},
};

constexpr auto check_refused = refused_by<decode_engine_event>;

}  // namespace

BOOST_DATA_TEST_CASE(changed_engine_event_is_refused, boost::unit_test::data::make(kChanged),
                     changed) {
  const EngineEvent event = golden::engine_events().at(changed.event);
  check_refused(edited<schema::EngineEvent>(encode(event), changed.change), changed.want);
}

BOOST_AUTO_TEST_CASE(every_kind_has_worked_bytes_and_keeps_its_kind) {
  const std::vector<EngineEvent> events = golden::engine_events();
  BOOST_TEST(events.size() == std::variant_size_v<EngineEvent>);
  for (std::size_t i = 0; i < events.size(); ++i) {
    BOOST_TEST(events[i].index() == i);
    const Result<EngineEvent> read = decode_engine_event(encode(events[i]));
    BOOST_REQUIRE_MESSAGE(read, name_of(events[i]) << ": " << read.error().to_string());
    BOOST_TEST(read->index() == i);
  }
}

BOOST_AUTO_TEST_CASE(later_fields_are_refused_in_every_kind) {
  for (const EngineEvent& event : golden::engine_events()) {
    const Bytes bytes = encode(event);
    check_refused(with_more_fields(bytes, 1, 0), Errc::unsupported);
    check_refused(with_more_fields(bytes, 0, 1), Errc::unsupported);
    check_refused(behind_far_pointer(bytes), Errc::malformed);
  }
}

BOOST_AUTO_TEST_CASE(kind_of_a_later_version_is_unsupported) {
  Bytes bytes = encode(golden::clock_stepped());
  bytes[8] = 200;  // the union's tag
  check_refused(bytes, Errc::unsupported);
}

BOOST_AUTO_TEST_CASE(key_that_was_not_compromised_has_no_position) {
  const KeyRevoked revoked{golden::repeated<KeyId>(1), std::nullopt, RevocationReason::left};
  const EngineEvent read = decode_engine_event(encode(EngineEvent{revoked})).value();
  BOOST_TEST(!std::get<KeyRevoked>(read).compromised_since.has_value());
}

BOOST_AUTO_TEST_CASE(an_order_of_before_there_was_a_basis_is_read) {
  const ErasureOrdered ordered{{7}, {{Position{2}, Position{3}, 2}}, ErasureBasis::none};
  const Result<EngineEvent> read = decode_engine_event(encode(EngineEvent{ordered}));
  BOOST_REQUIRE(read);
  BOOST_TEST((std::get<ErasureOrdered>(*read).basis == ErasureBasis::none));
}

BOOST_AUTO_TEST_CASE(erasure_of_the_most_ranges_fits_an_entry) {
  ErasureOrdered ordered;
  for (std::uint64_t i = 0; i < kErasureRangesMax; ++i)
    ordered.ranges.push_back({Position{2 * i}, Position{2 * i + 1}, 2});
  const Bytes bytes = encode(EngineEvent{ordered});
  BOOST_TEST(bytes.size() <= 40u * 1024);
  BOOST_TEST(decode_engine_event(bytes).has_value());
}

BOOST_AUTO_TEST_CASE(possession_is_bound_to_origin_actor_and_key) {
  const Hash origin = golden::origin_hash();
  const auto actor = golden::repeated<ActorId>(1);
  const auto key = golden::repeated<crypto::PublicKey>(2);
  const Bytes message = possession_message(origin, actor, key);
  BOOST_TEST(message.size() == 17u + 32 + 16 + 32);
  BOOST_TEST((message != possession_message(golden::repeated<Hash>(9), actor, key)));
  BOOST_TEST((message != possession_message(origin, golden::repeated<ActorId>(9), key)));
  BOOST_TEST(
      (message != possession_message(origin, actor, golden::repeated<crypto::PublicKey>(9))));
}

BOOST_AUTO_TEST_SUITE_END()
