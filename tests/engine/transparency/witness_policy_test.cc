#include "engine/transparency/witness_policy.h"

#include <bit>
#include <boost/test/unit_test.hpp>

namespace stafett::transparency {
BOOST_AUTO_TEST_SUITE(witness_policy_test)
namespace {

std::string policy_vkey(std::uint8_t seed, KeyType type = KeyType::ed25519_cosignature) {
  const auto key = crypto::SigningKey::from_seed(Bytes(32, seed));
  return VerifierKey{"name" + std::to_string(seed), type, key.public_key()}.to_string();
}

// Witnesses w1 to w6, then `more`.
std::string six_and(const std::string& more) {
  std::string text;
  for (std::uint8_t i = 1; i <= 6; ++i)
    text += "witness w" + std::to_string(i) + " " + policy_vkey(i) + "\n";
  return text + more;
}

bool is_met(const WitnessPolicy& policy, const std::vector<std::size_t>& numbers) {
  std::vector<VerifiedSignature> cosignatures;
  for (const std::size_t number : numbers) cosignatures.push_back({number - 1, 1});
  return policy.is_met(cosignatures);
}

BOOST_AUTO_TEST_CASE(the_specification_s_example_asks_for_two_of_x_and_one_of_y) {
  const auto policy =
      WitnessPolicy::parse(six_and("group X-witnesses 2 w1 w2 w3\n"
                                   "group Y-witnesses any w4 w5 w6\n"
                                   "group X-and-Y all X-witnesses Y-witnesses\n"
                                   "quorum X-and-Y\n"));
  BOOST_REQUIRE(policy);
  for (unsigned set = 0; set < 64; ++set) {
    std::vector<std::size_t> numbers;
    for (unsigned i = 0; i < 6; ++i)
      if ((set >> i & 1) != 0) numbers.push_back(i + 1);
    const int x = std::popcount(set & 7U), y = std::popcount(set >> 3);
    BOOST_TEST(is_met(*policy, numbers) == (x >= 2 && y >= 1));
  }
}

BOOST_AUTO_TEST_CASE(a_quorum_is_a_witness_or_a_group_or_none) {
  const auto one = WitnessPolicy::parse(six_and("quorum w2\n"));
  BOOST_REQUIRE(one);
  BOOST_TEST(is_met(*one, {2}));
  BOOST_TEST(!is_met(*one, {1, 3, 4, 5, 6}));
  const auto none = WitnessPolicy::parse("quorum none\n");
  BOOST_REQUIRE(none);
  BOOST_TEST(none->asks_for_none());
  BOOST_TEST(is_met(*none, {}));
}

BOOST_AUTO_TEST_CASE(one_witness_named_twice_counts_once) {
  const auto policy = WitnessPolicy::parse(six_and("group g 2 w1 w2\nquorum g\n"));
  BOOST_REQUIRE(policy);
  BOOST_TEST(!is_met(*policy, {1, 1}));
  BOOST_TEST(is_met(*policy, {2, 1}));
}

BOOST_AUTO_TEST_CASE(comments_blanks_tabs_and_addresses_are_read) {
  const std::string text = "# ours\n\n \t# too\n\tlog  " + policy_vkey(9, KeyType::ed25519) +
                           "\thttps://log.example/ \nwitness \xc3\xa6rlig " + policy_vkey(1) +
                           " https://w.example/p\n quorum \xc3\xa6rlig\n";
  const auto policy = WitnessPolicy::parse(text);
  BOOST_REQUIRE(policy);
  BOOST_TEST(policy->logs().at(0).url == "https://log.example/");
  BOOST_TEST(policy->witnesses().at(0).name == "\xc3\xa6rlig");
  BOOST_TEST(policy->witnesses().at(0).url == "https://w.example/p");
  BOOST_TEST(policy->keys().at(0).to_string() == policy_vkey(1));
}

struct OtherPolicy {
  const char* name;
  std::string text;
  Errc want = Errc::malformed;
};

std::vector<OtherPolicy> other_policies() {
  std::string crowd;
  for (std::uint8_t i = 0; i <= kPolicyItemsMax; ++i)
    crowd += "witness w" + std::to_string(i) + " " + policy_vkey(i) + "\n";
  return {{"empty", ""},
          {"no quorum", six_and("")},
          {"two quorums", six_and("quorum w1\nquorum none\n")},
          {"no final newline", six_and("quorum w1")},
          {"quorum of nobody", six_and("quorum w7\n")},
          {"quorum before its group", six_and("quorum g\ngroup g any w1\n")},
          {"member before it is named", six_and("group g any h\ngroup h any w1\nquorum g\n")},
          {"group of itself", six_and("group g any g\nquorum g\n")},
          {"member twice in one group", six_and("group g 2 w1 w1\nquorum g\n")},
          {"member of two groups", six_and("group g any w1\ngroup h any w1\nquorum g\n")},
          {"member none", six_and("group g any none\nquorum g\n")},
          {"witness called none", "witness none " + policy_vkey(1) + "\nquorum none\n"},
          {"name twice", six_and("witness w1 " + policy_vkey(8) + "\nquorum w1\n")},
          {"key twice", six_and("witness w7 " + policy_vkey(1) + "\nquorum w7\n")},
          {"group without members", six_and("group g any\nquorum w1\n")},
          {"threshold 0", six_and("group g 0 w1\nquorum g\n")},
          {"threshold past the members", six_and("group g 3 w1 w2\nquorum g\n")},
          {"threshold with a zero before it", six_and("group g 01 w1\nquorum g\n")},
          {"another word", six_and("member w1\nquorum w1\n")},
          {"words after a quorum", six_and("quorum w1 w2\n")},
          {"log that cosigns", "log " + policy_vkey(1) + "\nquorum none\n"},
          {"witness that signs", "witness w " + policy_vkey(1, KeyType::ed25519) + "\nquorum w\n"},
          {"log twice", "log " + policy_vkey(1, KeyType::ed25519) + "\nlog " +
                            policy_vkey(1, KeyType::ed25519) + "\nquorum none\n"},
          {"carriage return", "quorum none\r\n"},
          {"control character", "# \x01\nquorum none\n"},
          {"delete character", "# \x7f\nquorum none\n"},
          {"more witnesses than are read", crowd + "quorum none\n", Errc::too_large},
          {"too large", std::string(kPolicyBytesMax, '#') + "\n", Errc::too_large}};
}

BOOST_AUTO_TEST_CASE(another_policy_is_refused) {
  for (const OtherPolicy& other : other_policies()) BOOST_TEST_CONTEXT(other.name) {
      const auto policy = WitnessPolicy::parse(other.text);
      BOOST_REQUIRE(!policy);
      BOOST_TEST((policy.error().code() == other.want), policy.error().to_string());
    }
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::transparency
