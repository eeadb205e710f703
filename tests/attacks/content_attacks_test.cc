// Attacks on what is sealed: bytes, erasure, guessing.

#include "engine/crypto/sha256.h"
#include "tests/attacks/lying_log.h"

namespace stafett::log::verify_testing {
BOOST_AUTO_TEST_SUITE(content_attacks_test)
namespace {

using format::PartClass;
using storage::Column;

constexpr auto kFact = static_cast<std::uint8_t>(PartClass::fact);

storage::PartKey fact_key(Position position) {
  return storage::part_key(position, kFact);
}

BOOST_AUTO_TEST_CASE(only_sealed_content_is_edited) {
  LyingLog lying;
  lying.change(
      [&](Intruder& intruder) {
        Bytes part = intruder.get(Column::parts, fact_key(lying.last));
        part[30] ^= 1;
        intruder.put(Column::parts, fact_key(lying.last), part);
      },
      Loot::log_key);
  const auto report = lying.log.verify();
  BOOST_TEST(has(report, "part-digest", "part", lying.last), described(report));
}

// Sealed under the right key, and everything signed anew: not what the actor committed to.
BOOST_AUTO_TEST_CASE(another_plaintext_is_put_into_an_event) {
  LyingLog lying;
  const auto record = lying.log.log().index().stream(lying.stream);
  BOOST_REQUIRE((record && *record));
  std::array<std::uint8_t, 32> key;
  BOOST_REQUIRE(lying.log.log().vault().key((*record)->domain, key));
  lying.change(
      [&](Intruder& intruder) {
        forge(intruder, lying.last, [&](format::Entry& e) {
          const format::OpenPart part{PartClass::fact, {}, Bytes(40, 8)};
          const Bytes sealed =
              format::seal_part(key, {e.intent.origin_hash, e.intent.event_id, PartClass::fact},
                                part, lying.log.random());
          intruder.put(Column::parts, fact_key(lying.last), sealed);
          e.sealed[0] = crypto::sha256(sealed);
        });
      },
      Loot::log_key);
  const auto report = lying.log.verify(at_level_5());
  BOOST_TEST(has(report, "part-digest", "part", lying.last), described(report));
}

BOOST_AUTO_TEST_CASE(content_is_guessed_from_commitments) {
  const auto commitment_of = [](const format::Salt& salt, std::string_view text) {
    return format::commit({PartClass::narrative, salt, Bytes(text.begin(), text.end())}, {});
  };
  const std::string_view words[] = {"yes", "no", "a child who is alone in every break"};
  LyingLog lying;
  for (const std::string_view word : words) {
    const auto one = commitment_of(random_id<format::Salt>(lying.log.random()), word);
    const auto same = commitment_of(random_id<format::Salt>(lying.log.random()), word);
    BOOST_TEST((one.commitment != same.commitment));
    for (const std::string_view guess : words) {
      // Without the salt no guess fits, not even the right one; and no length tells them apart.
      const auto guessed = commitment_of({}, guess);
      BOOST_TEST((guessed.commitment != one.commitment));
      BOOST_TEST(guessed.length == one.length);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_part_is_destroyed_without_an_order) {
  LyingLog lying;
  lying.change([&](Intruder& intruder) { intruder.remove(Column::parts, fact_key(lying.last)); },
               Loot::log_key);
  const auto report = lying.log.verify();
  BOOST_TEST(has(report, "part-missing", "part", lying.last), described(report));
}

BOOST_AUTO_TEST_CASE(one_person_alone_orders_and_approves_an_erasure) {
  LyingLog lying;
  format::ErasureOrdered order;
  order.order.fill(3);
  order.ranges.push_back({lying.last, Position{lying.last.value() + 1}, 1u << kFact});
  lying.log.append_engine(order, lying.log.signer());
  lying.log.append_engine(format::ErasureApproved{order.order}, lying.log.signer());
  lying.change([&](Intruder& intruder) { intruder.remove(Column::parts, fact_key(lying.last)); },
               Loot::log_key);
  const auto report = lying.log.verify();
  BOOST_TEST(has(report, "erasure-uncovered", "part", lying.last), described(report));
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::log::verify_testing
