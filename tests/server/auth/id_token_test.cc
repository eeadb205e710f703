// Id tokens, and where an issuer's configuration sends browsers and secrets.

#include <boost/json.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <ostream>

#include "server/auth/browser_client.h"
#include "server/auth/issuer_file.h"
#include "server/auth/outside_token.h"
#include "tests/support/code_of.h"

namespace stafett::server {
BOOST_AUTO_TEST_SUITE(id_token_test)
namespace {

using boost::json::object;

constexpr std::int64_t kAt = 1'767'225'600;

IssuerProfile idporten() {
  return known_issuer({"idporten"}).value();
}

object good_id_token() {
  return {{"iss", "https://idporten.no"},
          {"aud", "me"},
          {"sub", "pairwise"},
          {"iat", kAt},
          {"exp", kAt + 120},
          {"nonce", "n"},
          {"acr", "idporten-loa-high"},
          {"pid", "15887012345"},
          {"sid", "s"}};
}

Errc judged_id_token(const object& claims, const object& header = {{"typ", "JWT"}},
                     const std::string& nonce = "n") {
  return code_of(
      judge_id_token(header, claims, idporten(), {"me", nonce}, TimeUs{kAt * 1'000'000}));
}

struct Changed {
  const char* name;
  const char* claim;
  boost::json::value value;  // null: the claim is not there
  bool taken;
};
std::ostream& operator<<(std::ostream& out, const Changed& one) {
  return out << one.name;
}
const std::vector<Changed> kChanged = {
    {"as_it_should_be", "sid", "s", true},
    {"for_this_program_in_a_list", "aud", {"me"}, true},
    {"party_is_this_program", "azp", "me", true},
    {"party_is_another", "azp", "other", false},
    {"party_is_no_text", "azp", 1, false},
    {"for_another_program", "aud", "other", false},
    {"for_another_too", "aud", {"me", "other"}, false},
    {"for_nobody", "aud", nullptr, false},
    {"of_another_sign_in", "nonce", "m", false},
    {"of_no_sign_in", "nonce", nullptr, false},
    {"of_a_sign_in_that_is_no_text", "nonce", 1, false},
    {"of_another_issuer", "iss", "https://idporten.no/", false},
    {"expired", "exp", kAt - 30, false},
    {"for_ever", "exp", kAt + 86'400, false},
    {"of_a_low_level", "acr", "idporten-loa-substantial", false},
    {"of_no_level", "acr", nullptr, false},
    {"of_nobody", "pid", nullptr, false},
};

}  // namespace

BOOST_DATA_TEST_CASE(an_id_token_answers_what_was_asked_or_is_refused, kChanged, one) {
  object claims = good_id_token();
  if (one.value.is_null())
    claims.erase(one.claim);
  else
    claims[one.claim] = one.value;
  BOOST_TEST((judged_id_token(claims) == (one.taken ? Errc::unset : Errc::refused)));
}

BOOST_AUTO_TEST_CASE(neither_kind_of_token_is_taken_for_the_other) {
  BOOST_TEST((judged_id_token(good_id_token(), {}) == Errc::unset));
  BOOST_TEST((judged_id_token(good_id_token(), {{"typ", "at+jwt"}}) == Errc::refused));
  object unasked = good_id_token();
  unasked["nonce"] = "";
  BOOST_TEST((judged_id_token(unasked, {}, "") == Errc::refused));
  IssuerProfile profile = idporten();
  profile.audiences = {"me"};
  profile.scopes = {"openid"};
  object with_scope = good_id_token();
  with_scope["scope"] = "openid";
  BOOST_TEST((code_of(judge({}, with_scope, profile, TimeUs{kAt * 1'000'000})) == Errc::refused));
}

BOOST_AUTO_TEST_CASE(what_is_kept_of_it_has_no_number) {
  const auto token =
      judge_id_token({}, good_id_token(), idporten(), {"me", "n"}, TimeUs{kAt * 1'000'000});
  BOOST_REQUIRE(token);
  BOOST_TEST(token->national_id == "15887012345");
  const std::string kept = boost::json::serialize(token->evidence);
  BOOST_TEST(kept.find("15887012345") == std::string::npos);
  BOOST_TEST(token->evidence.at("client_id").as_string() == "me");
}

BOOST_AUTO_TEST_CASE(secrets_go_to_the_issuers_own_host_and_browsers_to_an_encrypted_one) {
  const std::string home = "https://idporten.no";
  const object whole{{"issuer", home},
                     {"jwks_uri", home + "/jwks.json"},
                     {"authorization_endpoint", "https://login.idporten.no/authorize"},
                     {"token_endpoint", home + "/token"},
                     {"authorization_response_iss_parameter_supported", true},
                     {"token_endpoint_auth_methods_supported", {"private_key_jwt"}}};
  const auto endpoints = [&](const char* name, const std::string& value) {
    object changed = whole;
    if (*name) changed[name] = value;
    return parse_metadata(changed, idporten()).value().endpoints;
  };
  const auto found = endpoints("", "");
  BOOST_REQUIRE(found.has_value());
  BOOST_TEST(found->authorization == "https://login.idporten.no/authorize");
  BOOST_TEST(found->names_itself);
  BOOST_TEST(!found->takes_basic);
  for (const char* bad : {"", "https://evil.example/token", "http://idporten.no/token",
                          "https://idporten.no:444/token", "https://login.idporten.no/token"})
    BOOST_TEST(!endpoints("token_endpoint", bad).has_value(), bad);
  for (const char* bad : {"", "http://login.idporten.no/authorize", "javascript:x", "/authorize",
                          "http://127.0.0.1/authorize"})
    BOOST_TEST(!endpoints("authorization_endpoint", bad).has_value(), bad);
  IssuerProfile with_host = idporten();
  with_host.key_hosts = {"login.idporten.no"};
  object elsewhere = whole;
  elsewhere["token_endpoint"] = "https://login.idporten.no/token";
  BOOST_TEST(parse_metadata(elsewhere, with_host).value().endpoints.has_value());
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::server
