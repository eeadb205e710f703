#include "engine/transparency/tlog_proof.h"

#include <boost/test/unit_test.hpp>

#include "engine/crypto/seeded_random.h"
#include "tests/engine/transparency/model.h"
#include "tests/engine/transparency/vectors.h"
#include "tests/support/code_of.h"

namespace stafett::transparency {
BOOST_AUTO_TEST_SUITE(tlog_proof_test)
namespace {

// The published file: entry "seven", index 6 of 15, signed by the log and one witness.
struct Known {
  std::string file = vectors::read_data_file("kat.tlog-proof");
  Hash leaf = leaf_hash(as_bytes("seven"));
  TrustPolicy policy{
      "example.com/log/testdata",
      VerifierKey::parse(vectors::text(vectors::all().at("tessera_log").as_object().at("vkey")))
          .value(),
      {VerifierKey::parse(
           vectors::text(vectors::all().at("cosignature_v1").as_array()[0].at("vkey")))
           .value()},
      1};
};

BOOST_AUTO_TEST_CASE(the_published_proof_verifies_and_is_reproduced) {
  const Known known;
  const auto& vector = vectors::all().at("tlog_proof_v1").as_object();
  BOOST_TEST(known.file == vectors::text(vector.at("file")));
  BOOST_TEST((crypto::sha256(as_bytes(known.file)) == vectors::hash_from_hex(vector.at("sha256"))));
  const TlogProof proof = parse_tlog_proof(known.file).value();
  BOOST_TEST(proof.position.value() == 6U);
  BOOST_TEST(!proof.extra);
  BOOST_TEST(format_tlog_proof(proof) == known.file);
  const auto verified = verify_tlog_proof(proof, known.leaf, known.policy);
  BOOST_REQUIRE(verified);
  BOOST_TEST(verified->head().size.value() == 15U);
  BOOST_TEST(verified->cosignatures().size() == 1U);
}

BOOST_AUTO_TEST_CASE(what_the_policy_asks_for_must_be_there) {
  const Known known;
  const TlogProof proof = parse_tlog_proof(known.file).value();
  BOOST_TEST((code_of(verify_tlog_proof(proof, leaf_hash(as_bytes("eight")), known.policy)) ==
              Errc::corrupt));
  TrustPolicy policy = known.policy;
  policy.origin = "example.com/other";
  BOOST_TEST((code_of(verify_tlog_proof(proof, known.leaf, policy)) == Errc::refused));
  policy = known.policy;
  policy.log.key = policy.witnesses[0].key;
  BOOST_TEST((code_of(verify_tlog_proof(proof, known.leaf, policy)) == Errc::bad_signature));
  policy = known.policy;
  policy.witnesses_required = 2;
  BOOST_TEST((code_of(verify_tlog_proof(proof, known.leaf, policy)) == Errc::invalid_argument));
  policy.witnesses.push_back(policy.witnesses[0]);
  policy.witnesses[1].name = "absent.example";
  BOOST_TEST((code_of(verify_tlog_proof(proof, known.leaf, policy)) == Errc::bad_signature));
  policy.witnesses_required = 1;
  BOOST_TEST((code_of(verify_tlog_proof(proof, known.leaf, policy)) == Errc::unset));
}

BOOST_AUTO_TEST_CASE(a_witness_with_two_keys_is_one_witness) {
  const Known known;
  TlogProof proof = parse_tlog_proof(known.file).value();
  Note note = parse_note(proof.checkpoint_note).value();
  TrustPolicy policy{known.policy.origin, known.policy.log, {}, 2};
  for (const std::uint64_t seed : {1U, 2U}) {
    crypto::SeededRandom random{seed};
    const auto secret = crypto::SigningKey::generate(random);
    policy.witnesses.push_back({"twin.example", KeyType::ed25519_cosignature, secret.public_key()});
    note.signatures.push_back(cosign_note(note.text, "twin.example", secret, 7));
  }
  proof.checkpoint_note = format_note(note);
  BOOST_TEST((code_of(verify_tlog_proof(proof, known.leaf, policy)) == Errc::bad_signature));
  policy.witnesses_required = 1;
  BOOST_TEST((code_of(verify_tlog_proof(proof, known.leaf, policy)) == Errc::unset));
}

BOOST_AUTO_TEST_CASE(extra_data_is_carried_and_authenticates_nothing) {
  const Known known;
  TlogProof proof = parse_tlog_proof(known.file).value();
  proof.extra = Bytes{1, 2, 3};
  const std::string file = format_tlog_proof(proof);
  BOOST_TEST(file.find("\nextra AQID\nindex 6\n") != std::string::npos);
  BOOST_TEST((parse_tlog_proof(file).value() == proof));
  BOOST_TEST(bool(verify_tlog_proof(proof, known.leaf, known.policy)));
}

BOOST_AUTO_TEST_CASE(every_changed_byte_of_a_proof_is_noticed) {
  const Known known;
  for (std::size_t i = 0; i < known.file.size(); ++i) {
    for (const int bit : {0, 3, 7}) {
      std::string bad = known.file;
      bad[i] = static_cast<char>(bad[i] ^ (1 << bit));
      const auto proof = parse_tlog_proof(bad);
      BOOST_REQUIRE_MESSAGE(!proof || !verify_tlog_proof(*proof, known.leaf, known.policy),
                            "byte " << i << " bit " << bit);
    }
    BOOST_REQUIRE(
        !parse_tlog_proof(known.file.substr(0, i)) ||
        !verify_tlog_proof(*parse_tlog_proof(known.file.substr(0, i)), known.leaf, known.policy));
  }
}

BOOST_AUTO_TEST_CASE(a_proof_of_another_form_is_malformed) {
  const Known known;
  const auto replaced = [&](const std::string& from, const std::string& to) {
    std::string file = known.file;
    BOOST_REQUIRE(file.find(from) != std::string::npos);
    return file.replace(file.find(from), from.size(), to);
  };
  std::string crlf;
  for (const char c : known.file) crlf += c == '\n' ? std::string{"\r\n"} : std::string{c};
  std::string long_path;
  for (std::size_t i = 0; i <= kProofNodesMax; ++i)
    long_path += "ThcgoV2DYcK+VCxBUDWAlNxmLy2r7dq7dK7+OlgQKWs=\n";
  const std::string bad[] = {
      "",
      "\n" + known.file,
      known.file + "\n",
      known.file + "x",
      known.file.substr(0, known.file.size() - 1),
      crlf,
      replaced("proof@v1", "proof@v2"),
      replaced("proof@v1\n", "proof@v1 \n"),
      replaced("index 6", "index 06"),
      replaced("index 6", "index  6"),
      replaced("index 6", "index +6"),
      replaced("index 6", "index"),
      replaced("index 6", "Index 6"),
      replaced("index 6", "index 18446744073709551616"),
      replaced("index 6\n", ""),
      replaced("index 6\n", "index 6\n\n"),
      replaced("index 6\n", "index 6\nextra AQID\n"),
      replaced("index 6\n", "extra\nindex 6\n"),
      replaced("index 6\n", "extra AQI\nindex 6\n"),
      replaced("index 6\n", "extra AQID\nextra AQID\nindex 6\n"),
      replaced("index 6\n", "index 6\nAAAA\n"),
      replaced("ThcgoV2DYcK+VCxBUDWAlNxmLy2r7dq7dK7+OlgQKWs=",
               "ThcgoV2DYcK+VCxBUDWAlNxmLy2r7dq7dK7+OlgQKWt="),
      replaced("index 6\n", "index 6\n" + long_path),
      replaced("\n\nexample.com", "\nexample.com"),
  };
  for (const std::string& file : bad) {
    const auto proof = parse_tlog_proof(file);
    BOOST_TEST((!proof && proof.error().code() == Errc::malformed), "accepted: " << file);
  }
  const auto huge = parse_tlog_proof(std::string(kTlogProofBytesMax + 1, 'x'));
  BOOST_REQUIRE(!huge);
  BOOST_TEST((huge.error().code() == Errc::too_large));
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::transparency
