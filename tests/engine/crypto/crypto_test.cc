#include <boost/test/unit_test.hpp>

#include "engine/base/encoding.h"
#include "engine/crypto/aead.h"
#include "engine/crypto/ed25519.h"
#include "engine/crypto/seeded_random.h"
#include "engine/crypto/sha256.h"

namespace stafett::crypto {
BOOST_AUTO_TEST_SUITE(crypto_test)
namespace {

BOOST_AUTO_TEST_CASE(sha256_of_abc_is_the_published_digest) {
  BOOST_TEST(to_hex(sha256(as_bytes("abc")).view()) ==
             "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  BOOST_TEST((sha256({as_bytes("a"), as_bytes("bc")}) == sha256(as_bytes("abc"))));
}

BOOST_AUTO_TEST_CASE(hmac_matches_an_independent_computation) {
  // From Python: hmac.new(bytes(range(32)), b"what do ya want", "sha256").
  Bytes key(32);
  for (std::size_t i = 0; i < 32; ++i) key[i] = static_cast<std::uint8_t>(i);
  BOOST_TEST(to_hex(hmac_sha256(key, {as_bytes("what do "), as_bytes("ya want")}).view()) ==
             "6f21a7e969d25d6c8cec88e50cd5c6cd96e1ec8126ee3f43d6339895f7c25055");
}

BOOST_AUTO_TEST_CASE(ed25519_reproduces_rfc8032_test_1) {
  const auto seed = from_hex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
  const SigningKey key = SigningKey::from_seed(*seed);
  BOOST_TEST(to_hex(key.public_key().view()) ==
             "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
  const Signature signature = key.sign({});
  BOOST_TEST(
      to_hex(signature.view()) ==
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701c"
      "f9b46bd25bf5f0595bbe24655141438e7a100b");
  BOOST_TEST(verify(key.public_key(), {}, signature));
  BOOST_TEST(!verify(key.public_key(), as_bytes("x"), signature));
}

BOOST_AUTO_TEST_CASE(small_order_keys_are_not_valid) {
  PublicKey identity;
  identity.data()[0] = 1;
  BOOST_TEST(!is_valid_public_key(identity));
  BOOST_TEST(!is_valid_public_key(PublicKey{}));
}

BOOST_AUTO_TEST_CASE(every_flipped_bit_of_sealed_bytes_is_refused) {
  SeededRandom random{1};
  Bytes key(32, 7);
  Bytes sealed = seal(key, as_bytes("secret"), as_bytes("context"), random);
  BOOST_REQUIRE(open(key, sealed, as_bytes("context")));
  BOOST_TEST(!open(key, sealed, as_bytes("other context")));
  for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
    sealed[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
    BOOST_TEST(!open(key, sealed, as_bytes("context")));
    sealed[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
  }
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::crypto
