#include "engine/format/part.h"

#include <boost/test/unit_test.hpp>

#include "engine/crypto/aead.h"
#include "engine/crypto/seeded_random.h"
#include "tests/engine/format/golden.h"

BOOST_AUTO_TEST_SUITE(part_test)

using namespace stafett;
using namespace stafett::format;

namespace {

struct Sealed {
  Hash origin = golden::origin_hash();
  EventId event = golden::event_id(1);
  Bytes key = golden::domain_key();
  Bytes bytes;
  explicit Sealed(std::size_t plaintext_bytes = 6) {
    crypto::SeededRandom random{1};
    OpenPart part = golden::fact_part();
    part.plaintext.resize(plaintext_bytes, 0);
    bytes = seal_part(key, {origin, event, PartClass::fact}, part, random);
  }
  Result<OpenPart> open() const { return open_part(key, {origin, event, PartClass::fact}, bytes); }
};

// Sealed as seal_part() does, around padding of the test's own making.
Result<OpenPart> open_around(const Bytes& salt_and_padded) {
  Sealed sealed;
  Bytes key(32), associated;
  const std::uint8_t part_class = 1;
  crypto::derive_key(std::span<std::uint8_t, 32>{key}, sealed.key, "stafett/part-key/v1",
                     {&part_class, 1});
  append(associated, sealed.origin.view());
  append(associated, sealed.event.view());
  associated.push_back(part_class);
  append(associated, little_endian(std::uint32_t{0}));
  crypto::SeededRandom random{2};
  sealed.bytes = crypto::seal(key, salt_and_padded, associated, random);
  return sealed.open();
}

Bytes padded(std::size_t true_length, std::size_t length) {
  Bytes bytes(kSaltBytes + length);
  if (true_length < length) bytes[kSaltBytes + true_length] = 0x80;
  return bytes;
}

void check_corrupt(const Result<OpenPart>& got) {
  BOOST_REQUIRE(!got);
  BOOST_TEST((got.error().code() == Errc::corrupt), got.error().to_string());
}

}  // namespace

BOOST_AUTO_TEST_CASE(opened_part_is_what_was_sealed) {
  for (const std::size_t length : {0u, 1u, 6u, 63u, 64u, 65u, 65535u, 65536u, 131071u, 262144u}) {
    const Sealed sealed{length};
    BOOST_TEST(sealed.bytes.size() ==
               crypto::kSealedOverheadBytes + kSaltBytes + padded_length(length));
    const Result<OpenPart> part = sealed.open();
    BOOST_REQUIRE(part);
    BOOST_TEST(part->plaintext.size() == length);
    BOOST_TEST((part->salt == golden::fact_part().salt));
    BOOST_TEST((part->part_class == PartClass::fact));
  }
}

BOOST_AUTO_TEST_CASE(part_opens_only_where_it_belongs) {
  const Sealed good;
  BOOST_REQUIRE(good.open());
  Sealed sealed;
  sealed.key[31] ^= 1;
  check_corrupt(sealed.open());
  sealed = Sealed{};
  sealed.event = golden::event_id(2);
  check_corrupt(sealed.open());
  sealed = Sealed{};
  sealed.origin = golden::repeated<Hash>(0);
  check_corrupt(sealed.open());
  for (const PartClass other : {PartClass::narrative, PartClass::identity, PartClass::attachment})
    check_corrupt(open_part(good.key, {good.origin, good.event, other}, good.bytes));
}

BOOST_AUTO_TEST_CASE(every_flipped_bit_and_cut_of_a_sealed_part_is_corrupt) {
  const Sealed good;
  for (std::size_t bit = 0; bit < 8 * good.bytes.size(); ++bit) {
    Sealed sealed;
    sealed.bytes[bit / 8] = static_cast<std::uint8_t>(sealed.bytes[bit / 8] ^ 1u << bit % 8);
    check_corrupt(sealed.open());
  }
  for (std::size_t length = 0; length < good.bytes.size(); ++length) {
    Sealed sealed;
    sealed.bytes.resize(length);
    check_corrupt(sealed.open());
  }
}

BOOST_AUTO_TEST_CASE(padding_that_the_length_does_not_need_is_corrupt) {
  BOOST_TEST(open_around(padded(6, 64)).has_value());
  check_corrupt(open_around(padded(6, 128)));  // too much
  check_corrupt(open_around(padded(6, 7)));    // too little
  check_corrupt(open_around(padded(6, 65)));   // no such length
  check_corrupt(open_around(padded(64, 64)));  // no end mark
  check_corrupt(open_around(padded(65536, 65600)));
  check_corrupt(open_around(Bytes(kSaltBytes)));  // nothing after the salt
  check_corrupt(open_around(Bytes(kSaltBytes, 0x80)));
  check_corrupt(open_around(Bytes(kSaltBytes - 1)));
  check_corrupt(open_around({}));
  Bytes wrong_mark = padded(6, 64);
  wrong_mark[kSaltBytes + 6] = 0x81;
  check_corrupt(open_around(wrong_mark));
}

BOOST_AUTO_TEST_CASE(padded_lengths_grow_and_hide_the_length) {
  std::size_t last = 0;
  for (std::size_t length = 0; length <= kPlaintextBytesMax; ++length) {
    const std::size_t padded = padded_length(length);
    BOOST_REQUIRE(padded > length);  // room for the end mark
    BOOST_REQUIRE(padded >= last);
    BOOST_REQUIRE(padded_length(padded - 1) == padded);
    if (padded <= 65536)
      BOOST_REQUIRE((padded >= 64 && (padded & (padded - 1)) == 0));
    else
      BOOST_REQUIRE(padded % 65536 == 0);
    last = padded;
  }
}

BOOST_AUTO_TEST_CASE(commitment_is_bound_to_everything_it_names) {
  const OpenPart part = golden::fact_part();
  const EventId event = golden::event_id(1);
  const Hash good = commitment(part.salt, event, PartClass::fact, part.plaintext);
  BOOST_TEST(
      (good != commitment(golden::repeated<Salt>(1), event, PartClass::fact, part.plaintext)));
  BOOST_TEST((good != commitment(part.salt, golden::event_id(2), PartClass::fact, part.plaintext)));
  BOOST_TEST((good != commitment(part.salt, event, PartClass::narrative, part.plaintext)));
  Bytes longer = part.plaintext;
  longer.push_back(0);
  BOOST_TEST((good != commitment(part.salt, event, PartClass::fact, longer)));
}

BOOST_AUTO_TEST_SUITE_END()
