#include "engine/transparency/checkpoint.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "engine/crypto/seeded_random.h"
#include "tests/engine/transparency/vectors.h"
#include "tests/support/code_of.h"

namespace stafett::transparency {
BOOST_AUTO_TEST_SUITE(transparency_checkpoint_test)
namespace {

const std::string kOrigin = "stafett.example/9901";
const std::string kRoot = "rKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs=";

crypto::SigningKey key_of(std::uint64_t seed) {
  crypto::SeededRandom random{seed};
  return crypto::SigningKey::generate(random);
}

struct Log {
  crypto::SigningKey secret = key_of(1);
  VerifierKey key{kOrigin, KeyType::ed25519, secret.public_key()};
  crypto::SigningKey witness_secret = key_of(2);
  VerifierKey witness{"witness.example", KeyType::ed25519_cosignature, witness_secret.public_key()};
  Checkpoint checkpoint{kOrigin, {TreeSize{15}, Hash::from(from_base64(kRoot).value()).value()}};
  std::string note = sign_checkpoint(checkpoint, secret);
};

// Any text under the log's own signature.
std::string signed_text(const Log& log, const std::string& text) {
  return format_note({text, {sign_note(text, kOrigin, log.secret)}});
}

BOOST_AUTO_TEST_CASE(a_signed_checkpoint_opens_for_its_origin_and_key) {
  const Log log;
  const auto opened = open_checkpoint(log.note, log.key, kOrigin);
  BOOST_REQUIRE(opened);
  BOOST_TEST((opened->checkpoint() == log.checkpoint));
  BOOST_TEST(opened->note().text == kOrigin + "\n15\n" + kRoot + "\n");
  BOOST_TEST(opened->cosignatures().empty());
}

BOOST_AUTO_TEST_CASE(a_checkpoint_of_another_origin_or_key_does_not_open) {
  const Log log;
  BOOST_TEST(
      (code_of(open_checkpoint(log.note, log.key, "stafett.example/9902")) == Errc::refused));
  const VerifierKey other{kOrigin, KeyType::ed25519, key_of(3).public_key()};
  BOOST_TEST((code_of(open_checkpoint(log.note, other, kOrigin)) == Errc::bad_signature));
  std::string damaged = log.note;
  damaged.replace(damaged.find("15"), 2, "14");
  BOOST_TEST((code_of(open_checkpoint(damaged, log.key, kOrigin)) == Errc::bad_signature));
}

BOOST_AUTO_TEST_CASE(cosignatures_are_reported_and_never_replace_the_log_s_signature) {
  const Log log;
  const std::string text = format_checkpoint(log.checkpoint);
  const auto cosignature = cosign_note(text, log.witness.name, log.witness_secret, 1767139200);
  const auto log_signature = sign_note(text, kOrigin, log.secret);
  const std::vector<VerifierKey> witnesses{log.witness};

  const auto both = open_checkpoint(format_note({text, {cosignature, log_signature}}), log.key,
                                    kOrigin, witnesses);
  BOOST_REQUIRE(both);
  BOOST_REQUIRE(both->cosignatures().size() == 1U);
  BOOST_TEST(both->cosignatures()[0].key_index == 0U);
  BOOST_TEST((both->cosignatures()[0].time_s == 1767139200U));

  const std::string only_witness = format_note({text, {cosignature}});
  BOOST_TEST(
      (code_of(open_checkpoint(only_witness, log.key, kOrigin, witnesses)) == Errc::bad_signature));
  NoteSignature spoiled = cosignature;
  spoiled.signature[7] ^= 1;
  const std::string bad = format_note({text, {log_signature, spoiled}});
  BOOST_TEST((code_of(open_checkpoint(bad, log.key, kOrigin, witnesses)) == Errc::bad_signature));
  BOOST_TEST((code_of(open_checkpoint(bad, log.key, kOrigin)) == Errc::unset));
}

BOOST_AUTO_TEST_CASE(keys_of_the_wrong_type_are_refused) {
  const Log log;
  const std::vector<VerifierKey> as_witness{log.key};
  BOOST_TEST((code_of(open_checkpoint(log.note, log.witness, kOrigin)) == Errc::invalid_argument));
  BOOST_TEST(
      (code_of(open_checkpoint(log.note, log.key, kOrigin, as_witness)) == Errc::invalid_argument));
}

BOOST_AUTO_TEST_CASE(extension_lines_are_reported_but_not_accepted_from_our_logs) {
  const Log log;
  const std::string text = format_checkpoint(log.checkpoint) + "time 5\nmore\n";
  const auto parsed = parse_checkpoint(text);
  BOOST_REQUIRE(parsed);
  const std::vector<std::string> want{"time 5", "more"};
  BOOST_TEST(parsed->extensions == want);
  BOOST_TEST(
      (code_of(open_checkpoint(signed_text(log, text), log.key, kOrigin)) == Errc::malformed));
}

BOOST_AUTO_TEST_CASE(the_longest_origin_and_the_largest_size_are_accepted) {
  const std::string longest(kOriginBytesMax, 'o');
  const std::string text = longest + "\n9223372036854775807\n" + kRoot + "\n";
  const auto parsed = parse_checkpoint(text);
  BOOST_REQUIRE(parsed);
  BOOST_TEST((parsed->head.size == kTreeSizeMax));
  BOOST_TEST(format_checkpoint(*parsed) == text);
}

const std::string bad_texts[] = {
    "",
    "\n",
    kOrigin + "\n15\n",
    kOrigin + "\n15\n" + kRoot,
    "\n15\n" + kRoot + "\n",
    std::string(256, 'o') + "\n15\n" + kRoot + "\n",
    "stafett example\n15\n" + kRoot + "\n",
    "stafett+example\n15\n" + kRoot + "\n",
    "st\xc3\xa5"
    "fett\n15\n" +
        kRoot + "\n",
    "stafett\x7f\n15\n" + kRoot + "\n",
    kOrigin + "\n015\n" + kRoot + "\n",
    kOrigin + "\n+15\n" + kRoot + "\n",
    kOrigin + "\n-1\n" + kRoot + "\n",
    kOrigin + "\n 15\n" + kRoot + "\n",
    kOrigin + "\nfive\n" + kRoot + "\n",
    kOrigin + "\n\n" + kRoot + "\n",
    kOrigin + "\n9223372036854775808\n" + kRoot + "\n",
    kOrigin + "\n18446744073709551616\n" + kRoot + "\n",
    kOrigin + "\n15\n\n",
    kOrigin + "\n15\nrKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs\n",
    kOrigin + "\n15\nrKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383ct=\n",  // pad bits
    kOrigin + "\n15\nrKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383Q==\n",  // 31 bytes
    kOrigin + "\n15\n" + kRoot + " \n",
    kOrigin + "\r\n15\r\n" + kRoot + "\r\n",
    kOrigin + "\n15\n" + kRoot + "\n\n",
    kOrigin + "\n15\n" + kRoot + "\nextension\n\nmore\n",
};
BOOST_DATA_TEST_CASE(a_checkpoint_text_of_another_form_is_malformed,
                     boost::unit_test::data::make(bad_texts), text) {
  const auto parsed = parse_checkpoint(text);
  BOOST_REQUIRE(!parsed);
  BOOST_TEST((parsed.error().code() == Errc::malformed));
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::transparency
