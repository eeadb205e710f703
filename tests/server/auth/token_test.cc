// Tokens: what is taken, and every kind that is not.

#include <boost/json.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <functional>
#include <ostream>

#include "engine/crypto/seeded_random.h"
#include "server/auth/base64url.h"
#include "server/auth/jws.h"
#include "server/auth/local_issuer.h"
#include "tests/support/temporary_directory.h"

namespace stafett::server {
BOOST_AUTO_TEST_SUITE(token_test)
namespace {

using boost::json::object;

constexpr std::int64_t kNow = 1'767'225'600;
constexpr TimeUs kNowUs{kNow * 1'000'000};

template <class T>
T got(Result<T> result) {
  if (!result) BOOST_FAIL(result.error().to_string());
  return std::move(*result);
}

const object& key() {
  static const object made = got(make_es256_jwk());
  return made;
}

TokenIssuer trust() {
  TokenIssuer trust;
  trust.issuer = "https://issuer.stafett.example";
  trust.audience = "stafett.example/9901";
  trust.keys = {public_half(key())};
  trust.algorithms = {"ES256"};
  return trust;
}

object good_claims() {
  return {{"iss", trust().issuer}, {"aud", trust().audience}, {"sub", "lise"},
          {"iat", kNow},           {"exp", kNow + 900},       {"jti", "x"}};
}

struct Case {
  std::string name;
  std::function<void(object&)> change;
  bool taken;
};
std::ostream& operator<<(std::ostream& out, const Case& one) {
  return out << one.name;
}

const std::vector<Case> kClaims = {
    {"as_it_should_be", [](object&) {}, true},
    {"one_of_several_audiences",
     [](object& c) {
       c["aud"] = {"other", "stafett.example/9901"};
     },
     true},
    {"expired_within_the_skew", [](object& c) { c["iat"] = kNow - 100, c["exp"] = kNow - 59; },
     true},
    {"not_before_now", [](object& c) { c["nbf"] = kNow; }, true},
    {"other_issuer", [](object& c) { c["iss"] = "https://issuer.stafett.example/"; }, false},
    {"no_issuer", [](object& c) { c.erase("iss"); }, false},
    {"other_audience", [](object& c) { c["aud"] = "stafett.example/9902"; }, false},
    {"audience_of_another_type", [](object& c) { c["aud"] = 1; }, false},
    {"no_audience", [](object& c) { c.erase("aud"); }, false},
    {"expired", [](object& c) { c["iat"] = kNow - 900, c["exp"] = kNow - 60; }, false},
    {"no_expiry", [](object& c) { c.erase("exp"); }, false},
    {"expiry_is_text", [](object& c) { c["exp"] = std::to_string(kNow + 900); }, false},
    {"expiry_is_no_whole_number", [](object& c) { c["exp"] = 1767226500.5; }, false},
    {"expiry_below_zero", [](object& c) { c["exp"] = -1; }, false},
    {"expiry_beyond_all_time", [](object& c) { c["exp"] = INT64_MAX; }, false},
    {"issued_in_the_future", [](object& c) { c["iat"] = kNow + 61; }, false},
    {"no_time_of_issue", [](object& c) { c.erase("iat"); }, false},
    {"not_valid_yet", [](object& c) { c["nbf"] = kNow + 61; }, false},
    {"valid_too_long", [](object& c) { c["exp"] = kNow + 3601; }, false},
    {"no_subject", [](object& c) { c.erase("sub"); }, false},
    {"empty_subject", [](object& c) { c["sub"] = ""; }, false},
    {"subject_is_a_number", [](object& c) { c["sub"] = 7; }, false},
};

}  // namespace

BOOST_DATA_TEST_CASE(claims, kClaims, one) {
  object claims = good_claims();
  one.change(claims);
  const std::string token = got(sign_es256(key(), {{"typ", "at+jwt"}}, claims));
  const Result<AccessToken> opened = open_access_token(token, trust(), kNowUs);
  BOOST_TEST(opened.has_value() == one.taken);
  if (opened)
    BOOST_TEST(opened->subject == "lise");
  else
    BOOST_TEST((opened.error().code() == Errc::refused));
}

BOOST_AUTO_TEST_CASE(what_the_header_says_does_not_loosen_anything) {
  const auto code_with = [](object header) {
    const std::string token = got(sign_es256(key(), std::move(header), good_claims()));
    const Result<AccessToken> opened = open_access_token(token, trust(), kNowUs);
    return opened ? Errc::unset : opened.error().code();
  };
  BOOST_TEST((code_with({{"typ", "at+jwt"}}) == Errc::unset));
  BOOST_TEST((code_with({{"typ", "JWT"}}) == Errc::refused));  // an id token, say
  BOOST_TEST((code_with({}) == Errc::refused));
  BOOST_TEST((code_with({{"typ", "at+jwt"}, {"crit", {"exp"}}}) == Errc::malformed));
}

// The parts of a token, changed one at a time.
struct Parts {
  explicit Parts(const std::string& token) {
    const std::size_t first = token.find('.'), second = token.rfind('.');
    header = token.substr(0, first);
    payload = token.substr(first + 1, second - first - 1);
    signature = token.substr(second + 1);
  }
  std::string joined() const { return header + '.' + payload + '.' + signature; }
  std::string header, payload, signature;
};

std::string encoded(const object& json) {
  return to_base64url(as_bytes(boost::json::serialize(json)));
}

BOOST_AUTO_TEST_CASE(no_other_token_than_the_one_that_was_signed_is_taken) {
  const std::string token = got(sign_es256(key(), {{"typ", "at+jwt"}}, good_claims()));
  const std::string kid{key().at("kid").as_string()};
  const auto refuses = [&](const std::string& what, const std::string& other) {
    BOOST_TEST_CONTEXT(what) {
      BOOST_TEST(!open_access_token(other, trust(), kNowUs).has_value());
    }
  };
  BOOST_TEST(open_access_token(token, trust(), kNowUs).has_value());
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    refuses("byte " + std::to_string(i), changed);
  }
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, token.size() - 1})
    refuses("cut", token.substr(0, size));
  refuses("a part more", token + ".x");
  refuses("padding", token + "=");
  refuses("a line end", token + "\n");

  Parts none{token};
  none.header = encoded({{"alg", "none"}, {"typ", "at+jwt"}, {"kid", kid}});
  refuses("signed by nobody", none.joined());
  none.signature.clear();
  refuses("signed by nobody, without a signature", none.joined());

  Parts hmac{token};  // the public key taken for a shared secret
  hmac.header = encoded({{"alg", "HS256"}, {"typ", "at+jwt"}, {"kid", kid}});
  refuses("another kind of signature", hmac.joined());

  const object other = got(make_es256_jwk());
  refuses("another key", got(sign_es256(other, {{"typ", "at+jwt"}}, good_claims())));
  object impostor = other;
  impostor["kid"] = kid;
  refuses("another key by the same name",
          got(sign_es256(impostor, {{"typ", "at+jwt"}}, good_claims())));
  refuses("a key that the token brings",
          got(sign_es256(other, {{"typ", "at+jwt"}, {"jwk", public_half(other)}}, good_claims())));
  refuses("too long", std::string(kTokenBytesMax + 1, 'a'));
}

BOOST_AUTO_TEST_CASE(a_key_that_does_not_fit_is_not_used) {
  const std::string token = got(sign_es256(key(), {{"typ", "at+jwt"}}, good_claims()));
  const auto code_with = [&](const std::string& name, const boost::json::value& value) {
    TokenIssuer issuer = trust();
    issuer.keys.at(0).as_object()[name] = value;
    const Result<AccessToken> opened = open_access_token(token, issuer, kNowUs);
    return opened ? Errc::unset : opened.error().code();
  };
  BOOST_TEST((code_with("use", "sig") == Errc::unset));
  BOOST_TEST((code_with("use", "enc") == Errc::not_found));
  BOOST_TEST((code_with("alg", "ES384") == Errc::not_found));
  BOOST_TEST((code_with("kty", "RSA") == Errc::not_found));
  BOOST_TEST((code_with("crv", "P-384") == Errc::not_found));
  BOOST_TEST((code_with("kid", "other") == Errc::not_found));
  BOOST_TEST((code_with("x", key().at("y")) == Errc::bad_signature));
  TokenIssuer issuer = trust();
  issuer.algorithms = {"RS256"};
  BOOST_TEST((open_access_token(token, issuer, kNowUs).error().code() == Errc::bad_signature));
}

BOOST_AUTO_TEST_CASE(the_local_issuer_keeps_its_key) {
  const stafett::testing::TemporaryDirectory place;
  storage::Files& files = storage::posix_files();
  const log::LogPaths paths = log::LogPaths::beside(place.path("log"));
  BOOST_REQUIRE(files.make_directory(paths.keys).has_value());
  crypto::SeededRandom random{1};
  const LocalIssuer first = got(LocalIssuer::open(files, paths, "stafett.example/9901"));
  const std::string token = got(first.token_for("lise", kNowUs, random));
  const LocalIssuer again = got(LocalIssuer::open(files, paths, "stafett.example/9901"));
  const AccessToken opened = got(open_access_token(token, again.trust(), kNowUs));
  BOOST_TEST(opened.subject == "lise");
  BOOST_TEST(opened.expires_at.value() == (kNow + LocalIssuer::kLifetime.count()) * 1'000'000);
  // Another log's issuer has the same key and another name.
  const LocalIssuer other = got(LocalIssuer::open(files, paths, "stafett.example/9902"));
  BOOST_TEST((open_access_token(token, other.trust(), kNowUs).error().code() == Errc::refused));
  BOOST_REQUIRE(files.replace(paths.keys + "/local-issuer.jwk", as_bytes("{}")).has_value());
  BOOST_TEST((LocalIssuer::open(files, paths, "x").error().code() == Errc::corrupt));
}

BOOST_AUTO_TEST_CASE(one_text_per_value) {
  const Bytes bytes{0xfb, 0xff, 0xfe, 0x00};
  BOOST_TEST(to_base64url(bytes) == "-__-AA");
  BOOST_TEST((from_base64url("-__-AA") == bytes));
  BOOST_TEST((from_base64url("") == Bytes{}));
  for (const std::string text : {"-__-AB", "-__-AA==", "+//+AA", "-__-A", "-__-AA\n"})
    BOOST_TEST(!from_base64url(text).has_value(), text);
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::server
