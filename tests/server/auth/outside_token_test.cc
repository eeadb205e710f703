// What the tokens of each kind of issuer must say, and what a file of issuers may.

#include "server/auth/outside_token.h"

#include <boost/json.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <functional>
#include <iterator>
#include <ostream>

#include "engine/crypto/ed25519.h"
#include "server/auth/base64url.h"
#include "server/auth/issuer_file.h"
#include "server/auth/jws.h"
#include "server/auth/outside_issuers.h"
#include "server/auth/web_url.h"
#include "tests/support/code_of.h"

namespace stafett::server {
BOOST_AUTO_TEST_SUITE(outside_token_test)
namespace {

using boost::json::object;

constexpr std::int64_t kNow = 1'767'225'600;
const std::string kNumber = "15887012345";  // nobody's: 80 is added to the month

IssuerProfile known(std::string_view kind) {
  const std::string tenant = kind == "entra" ? "11111111-2222-3333-4444-555555555555" : "";
  IssuerProfile profile = known_issuer({kind, std::nullopt, "", tenant}).value();
  if (profile.audience_rule == AudienceRule::named) profile.audiences = {"https://api.example"};
  profile.scopes = {"stafett:logg"};
  BOOST_REQUIRE(check(profile).has_value());
  return profile;
}

object good(const IssuerProfile& profile) {
  object claims{{"iss", profile.issuer}, {"iat", kNow}, {"exp", kNow + 120}, {"jti", "x"}};
  claims[profile.scope_claim] = "openid stafett:logg";
  if (!profile.audiences.empty()) claims["aud"] = profile.audiences.front();
  if (!profile.level_least.empty()) claims["acr"] = profile.level_least;
  for (const auto& one : profile.needed) claims[one.claim] = one.value;
  if (profile.subject == SubjectRule::national_id) claims[profile.claim] = kNumber;
  if (profile.subject == SubjectRule::label) claims[profile.claim] = "0a1b-2c";
  if (profile.subject == SubjectRule::consumer)
    claims["consumer"] = {{"authority", "iso6523-actorid-upis"}, {"ID", "0192:313131313"}};
  return claims;
}

Result<OutsideToken> judged(const IssuerProfile& profile, const object& claims,
                            const object& header = {}) {
  return judge(header, claims, profile, TimeUs{kNow * 1'000'000});
}

const std::vector<std::string> kKinds = {"idporten", "ansattporten", "maskinporten", "entra",
                                         "feide"};

}  // namespace

BOOST_AUTO_TEST_SUITE(outside_tokens)

BOOST_DATA_TEST_CASE(a_good_token_of_each_kind_is_taken, kKinds, kind) {
  const IssuerProfile profile = known(kind);
  const Result<OutsideToken> token = judged(profile, good(profile));
  BOOST_REQUIRE_MESSAGE(token, (token ? "" : token.error().to_string()));
  BOOST_TEST(token->expires_at.value() == (kNow + 120) * 1'000'000);
  if (profile.subject == SubjectRule::national_id)
    BOOST_TEST(token->national_id == kNumber);
  else
    BOOST_TEST(token->label == (kind == "entra" ? "entra-0a1b-2c" : "maskinporten-0192-313131313"));
}

// Each claim that a kind of issuer is known by is needed, and of its type.
BOOST_DATA_TEST_CASE(nothing_that_a_token_must_say_may_be_missing, kKinds, kind) {
  const IssuerProfile profile = known(kind);
  for (const auto& [name, value] : good(profile)) {
    if (name == "jti") continue;
    object without = good(profile), other = good(profile);
    without.erase(name);
    other[name] = true;
    BOOST_TEST((code_of(judged(profile, without)) == Errc::refused), name);
    BOOST_TEST((code_of(judged(profile, other)) == Errc::refused), name);
  }
}

// What Entra gives the program that signed somebody in: the same audience, tenant and person.
BOOST_AUTO_TEST_CASE(an_id_token_of_entra_is_no_access_token) {
  const IssuerProfile profile = known("entra");
  object claims = good(profile);
  claims.erase("scp");
  claims["preferred_username"] = "lise@stafett.example";
  BOOST_TEST((code_of(judged(profile, claims, {{"typ", "JWT"}})) == Errc::refused));
  IssuerProfile careless = profile;
  careless.scopes.clear();
  BOOST_TEST((code_of(check(careless)) == Errc::invalid_argument));
}

BOOST_AUTO_TEST_CASE(levels_are_ranked_and_not_compared_as_text) {
  IssuerProfile profile = known("idporten");
  const auto taken = [&](const char* level) {
    object claims = good(profile);
    claims["acr"] = level;
    return judged(profile, claims).has_value();
  };
  profile.level_least = "idporten-loa-substantial";
  BOOST_TEST(!taken("idporten-loa-low"));
  BOOST_TEST(taken("idporten-loa-substantial"));
  BOOST_TEST(taken("idporten-loa-high"));
  for (const char* unknown : {"", "high", "idporten-loa-higher", "idporten-loa-high ", "zzz"})
    BOOST_TEST(!taken(unknown), unknown);
}

BOOST_AUTO_TEST_CASE(a_machine_may_be_bound_to_one_person) {
  const IssuerProfile profile = known("maskinporten");
  object claims = good(profile);
  BOOST_TEST(!judged(profile, claims)->only_about.has_value());
  claims["pid"] = kNumber;
  BOOST_TEST((judged(profile, claims)->only_about == kNumber));
  for (const boost::json::value& bad :
       {boost::json::value{""}, boost::json::value{"1"}, boost::json::value{nullptr}}) {
    claims["pid"] = bad;
    BOOST_TEST((code_of(judged(profile, claims)) == Errc::refused));
  }
}

BOOST_AUTO_TEST_CASE(an_audience_that_is_unspecified_is_no_other_audience) {
  const IssuerProfile profile = known("maskinporten");
  object claims = good(profile);
  claims["aud"] = "unspecified";
  BOOST_TEST(judged(profile, claims).has_value());
  for (const boost::json::value& other :
       {boost::json::value{"https://other.example"}, boost::json::value{""},
        boost::json::value{"unspecified", "https://other.example"}}) {
    claims["aud"] = other;
    BOOST_TEST((code_of(judged(profile, claims)) == Errc::refused));
  }
}

BOOST_AUTO_TEST_CASE(a_label_stays_as_it_was_said_or_is_not_taken) {
  const IssuerProfile profile = known("entra");
  for (const char* name : {"0A1B", "a b", "a/b", "å", "a_b"}) {
    object claims = good(profile);
    claims["oid"] = name;
    BOOST_TEST((code_of(judged(profile, claims)) == Errc::refused), name);
  }
}

BOOST_AUTO_TEST_CASE(what_is_no_bearers_access_token_is_refused) {
  const IssuerProfile profile = known("idporten");
  for (const char* type : {"at+jwt", "application/at+jwt", "JWT"})
    BOOST_TEST(judged(profile, good(profile), {{"typ", type}}).has_value(), type);
  for (const char* type : {"dpop+jwt", "logout+jwt", "secevent+jwt", ""})
    BOOST_TEST((code_of(judged(profile, good(profile), {{"typ", type}})) == Errc::refused), type);
  for (const char* claim : {"nonce", "at_hash", "cnf"}) {
    object claims = good(profile);
    claims[claim] = "x";
    BOOST_TEST((code_of(judged(profile, claims)) == Errc::refused), claim);
  }
}

BOOST_AUTO_TEST_CASE(clocks_may_differ_by_half_a_minute) {
  const IssuerProfile profile = known("idporten");
  const auto taken = [&](std::int64_t issued, std::int64_t expires) {
    object claims = good(profile);
    claims["iat"] = issued;
    claims["exp"] = expires;
    return judged(profile, claims).has_value();
  };
  BOOST_TEST(taken(kNow + 30, kNow + 60));
  BOOST_TEST(!taken(kNow + 31, kNow + 60));
  BOOST_TEST(taken(kNow - 60, kNow - 29));
  BOOST_TEST(!taken(kNow - 60, kNow - 30));
  BOOST_TEST(taken(kNow, kNow + 3600));
  BOOST_TEST(!taken(kNow, kNow + 3601));
}

// A token signed by nothing that libjose knows.
std::string ed25519_token(const crypto::SigningKey& key, const object& claims) {
  const auto part = [](const object& json) {
    return to_base64url(as_bytes(boost::json::serialize(json)));
  };
  const std::string text = part({{"alg", "EdDSA"}, {"kid", "e"}}) + "." + part(claims);
  return text + "." + to_base64url(key.sign(as_bytes(text)).view());
}

BOOST_AUTO_TEST_CASE(ed25519_signatures_are_verified) {
  const Bytes seed(32, 7), other_seed(32, 8);
  const crypto::SigningKey key = crypto::SigningKey::from_seed(seed);
  const boost::json::array keys{{{"kty", "OKP"},
                                 {"crv", "Ed25519"},
                                 {"kid", "e"},
                                 {"x", to_base64url(key.public_key().view())}}};
  constexpr std::string_view kTaken[] = {"EdDSA"};
  std::string token = ed25519_token(key, {{"iss", "i"}});
  const auto open_jws = [&](const std::string& text) -> Result<void> {
    ENGINE_TRY(read, read_jws(text));
    return verify_jws(read, keys, kTaken);
  };
  BOOST_TEST(open_jws(token).has_value());
  const std::string other =
      ed25519_token(crypto::SigningKey::from_seed(other_seed), {{"iss", "i"}});
  BOOST_TEST((code_of(open_jws(other)) == Errc::bad_signature));
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    BOOST_TEST(!open_jws(changed).has_value(), i);
  }
}

BOOST_AUTO_TEST_CASE(a_name_that_comes_twice_is_not_read) {
  const auto token = [](std::string_view header, std::string_view claims) {
    return to_base64url(as_bytes(header)) + "." + to_base64url(as_bytes(claims)) + ".eA";
  };
  BOOST_TEST(read_jws(token("{}", R"({"iss":"a"})"))->claims.at("iss").as_string() == "a");
  BOOST_TEST(!read_jws(token("{}", R"({"iss":"a","iss":"b"})")).has_value());
  BOOST_TEST(!read_jws(token("{}", R"({"iss":"a","x":{"y":1,"y":2}})")).has_value());
  const Result<ReadJws> twice = read_jws(token(R"({"alg":"ES256","alg":"ES256"})", "{}"));
  BOOST_TEST((code_of(twice) == Errc::malformed));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(issuer_files)

const std::string kIdporten =
    "[[issuer]]\nkind = \"idporten\"\naudience = [\"a\"]\nscope = [\"s\"]\n";

const std::string kEntra = "[[issuer]]\nkind = \"entra\"\ntenant = \"t\"\naudience = [\"a\"]\n";
const std::string kFeide = "[[issuer]]\nkind = \"feide\"\naudience = [\"a\"]\n";
const std::string kOther =
    "[[issuer]]\nkind = \"other\"\nname = \"x\"\nurl = \"https://x.example\"\n"
    "algorithms = [\"EdDSA\"]\naudience = [\"a\"]\nclaim = \"pid\"\n";
const std::string kScope = "scope = [\"s\"]\n";

BOOST_AUTO_TEST_CASE(who_says_no_level_is_believed_only_when_the_file_says_so) {
  for (const std::string& one : {kEntra, kFeide, kOther}) {
    const auto file = parse_issuers(one + kScope + "level = \"unsaid\"");
    BOOST_REQUIRE_MESSAGE(file, (file ? "" : file.error().to_string()));
    BOOST_TEST(file->issuers.front().level_least == "");
  }
}

BOOST_AUTO_TEST_CASE(a_known_kind_brings_its_rules_along) {
  const IssuerFile file =
      parse_issuers("ca-file = \"/x.pem\"\n" + kIdporten + "environment = \"test\"\n" +
                    "level = \"idporten-loa-substantial\"\nlifetime-max-seconds = 600\n")
          .value();
  BOOST_TEST(file.ca_file == "/x.pem");
  BOOST_REQUIRE(file.issuers.size() == 1u);
  const IssuerProfile& one = file.issuers.front();
  BOOST_TEST(one.issuer == "https://test.idporten.no");
  BOOST_TEST(one.metadata == "https://test.idporten.no/.well-known/openid-configuration");
  BOOST_TEST(one.level_least == "idporten-loa-substantial");
  BOOST_TEST(one.lifetime_max.count() == 600);
  BOOST_TEST((one.audiences == std::vector<std::string>{"a"}));
}

BOOST_AUTO_TEST_CASE(the_issuers_are_exactly_who_they_say) {
  const auto issuer = [](std::string_view kind, IssuerPlace place) {
    return known_issuer({kind, place, "", ""}).value();
  };
  using enum IssuerPlace;
  BOOST_TEST(issuer("idporten", production).issuer == "https://idporten.no");
  BOOST_TEST(issuer("ansattporten", production).issuer == "https://ansattporten.no");
  BOOST_TEST(issuer("ansattporten", test).issuer == "https://test.ansattporten.no");
  BOOST_TEST(issuer("maskinporten", production).issuer == "https://maskinporten.no/");
  BOOST_TEST(issuer("maskinporten", test).issuer == "https://test.maskinporten.no/");
  BOOST_TEST(issuer("maskinporten", test).metadata ==
             "https://test.maskinporten.no/.well-known/oauth-authorization-server");
  BOOST_TEST(known_issuer({"idporten"})->issuer == "https://idporten.no");
  BOOST_TEST(known_issuer({"feide"})->issuer == "https://auth.dataporten.no");
  BOOST_TEST(known_issuer({"entra", std::nullopt, "", "t"})->issuer ==
             "https://login.microsoftonline.com/t/v2.0");
  // Who has one place only is not asked for another, nor is a url another place's.
  for (const IssuerPlace place : {production, test}) {
    BOOST_TEST((code_of(known_issuer({"feide", place})) == Errc::invalid_argument));
    BOOST_TEST((code_of(known_issuer({"entra", place, "", "t"})) == Errc::invalid_argument));
    BOOST_TEST((code_of(known_issuer({"idporten", place, "https://x.example"})) ==
                Errc::invalid_argument));
  }
}

BOOST_AUTO_TEST_CASE(another_issuer_says_everything_itself) {
  const std::string other =
      "[[issuer]]\nkind = \"other\"\nname = \"x\"\nurl = \"https://x.example\"\n"
      "algorithms = [\"EdDSA\"]\naudience = [\"a\"]\nperson = \"label\"\nclaim = \"sub\"\n"
      "scope = [\"s\"]\nlevel = \"unsaid\"\n";
  BOOST_TEST(parse_issuers(other + "label-prefix = \"x-\"").has_value());
  // Its subjects would be anybody of the log.
  BOOST_TEST((code_of(parse_issuers(other)) == Errc::invalid_argument));
  BOOST_TEST((code_of(parse_issuers(other + "label-prefix = \"x\"")) == Errc::invalid_argument));
}

struct BadFile {
  const char* name;
  std::string text;
};
std::ostream& operator<<(std::ostream& out, const BadFile& one) {
  return out << one.name;
}
const std::vector<BadFile> kBadFiles = {
    {"unknown_key", kIdporten + "x = 1"},
    {"rules_of_a_known_kind_changed", kIdporten + "algorithms = [\"HS256\"]"},
    {"claim_of_a_known_kind_changed", kIdporten + "claim = \"sub\""},
    {"level_that_it_does_not_have", kIdporten + "level = \"high\""},
    {"number_for_a_text", kIdporten + "name = 1"},
    {"text_for_a_list", "[[issuer]]\nkind = \"idporten\"\naudience = \"a\""},
    {"level_unsaid_where_one_is_said", kIdporten + "level = \"unsaid\""},
    {"empty_list", "[[issuer]]\nkind = \"idporten\"\naudience = []"},
    {"empty_text", "[[issuer]]\nkind = \"idporten\"\naudience = [\"\"]"},
    {"no_audience", "[[issuer]]\nkind = \"idporten\"\nscope = [\"s\"]"},
    {"no_scope_and_no_audience", "[[issuer]]\nkind = \"maskinporten\""},
    {"no_scope", "[[issuer]]\nkind = \"idporten\"\naudience = [\"a\"]"},
    {"no_scope_of_entra", kEntra + "level = \"unsaid\""},
    {"no_scope_of_another", kOther + "level = \"unsaid\""},
    {"nothing_of_the_level_of_entra", kEntra + kScope},
    {"nothing_of_the_level_of_feide", kFeide + kScope},
    {"nothing_of_the_level_of_another", kOther + kScope},
    {"environment_of_entra", kEntra + kScope + "level = \"unsaid\"\nenvironment = \"test\""},
    {"environment_of_feide", kFeide + kScope + "level = \"unsaid\"\nenvironment = \"test\""},
    {"environment_of_another", kOther + kScope + "level = \"unsaid\"\nenvironment = \"test\""},
    {"environment_of_a_url",
     kIdporten + "url = \"https://x.example\"\nenvironment = \"production\""},
    {"no_kind", "[[issuer]]\naudience = [\"a\"]"},
    {"unknown_kind", "[[issuer]]\nkind = \"x\"\naudience = [\"a\"]"},
    {"helseid", "[[issuer]]\nkind = \"helseid\"\naudience = [\"a\"]"},
    {"entra_without_a_tenant", "[[issuer]]\nkind = \"entra\"\naudience = [\"a\"]"},
    {"tenant_of_another", kIdporten + "tenant = \"t\""},
    {"environment", kIdporten + "environment = \"staging\""},
    {"unencrypted", kIdporten + "url = \"http://idporten.example\""},
    {"one_table", "[issuer]\nkind = \"idporten\"\naudience = [\"a\"]"},
    {"shared_secret",
     "[[issuer]]\nkind = \"other\"\nname = \"x\"\nurl = \"https://x.example\"\n"
     "algorithms = [\"HS256\"]\naudience = [\"a\"]\nclaim = \"pid\"\nlevel = \"unsaid\"\n" +
         kScope},
    {"algorithm_none",
     "[[issuer]]\nkind = \"other\"\nname = \"x\"\nurl = \"https://x.example\"\n"
     "algorithms = [\"none\"]\naudience = [\"a\"]\nclaim = \"pid\"\nlevel = \"unsaid\"\n" +
         kScope},
    {"lifetime", kIdporten + "lifetime-max-seconds = 86401"},
};
BOOST_DATA_TEST_CASE(what_is_not_known_or_not_safe_is_not_taken, kBadFiles, one) {
  BOOST_TEST((code_of(parse_issuers(one.text)) == Errc::invalid_argument));
}

BOOST_AUTO_TEST_CASE(the_file_that_the_documentation_shows_is_taken) {
  std::ifstream page{STAFETT_SOURCE_DIR "/docs/how-to/sign-in.md"};
  const std::string text{std::istreambuf_iterator<char>{page}, {}};
  const std::size_t begin = text.find("```toml\n") + 8, end = text.find("```\n", begin);
  BOOST_REQUIRE(end != std::string::npos);
  const Result<IssuerFile> file = parse_issuers(text.substr(begin, end - begin));
  BOOST_REQUIRE_MESSAGE(file, (file ? "" : file.error().to_string()));
  BOOST_TEST(file->issuers.size() == 3u);
}

BOOST_AUTO_TEST_CASE(what_is_no_toml_is_told_with_its_line) {
  const auto bad = parse_issuers("\nx = = 1");
  BOOST_REQUIRE((code_of(bad) == Errc::malformed));
  BOOST_TEST(bad.error().detail().starts_with("line 2:"));
  BOOST_TEST(
      (code_of(parse_issuers(std::string(kIssuerFileBytesMax + 1, ' '))) == Errc::malformed));
}

struct NoFetch final : WebFetch {
  Result<FetchedDocument> get(const std::string&) override { return Error{Errc::io, "nobody"}; }
  Result<FormAnswer> post(const std::string&, const WebForm&) override {
    return Error{Errc::io, "nobody"};
  }
  void stop() override {}
};

BOOST_AUTO_TEST_CASE(no_two_issuers_can_name_the_same_people) {
  ManualClock clock;
  const auto made = [&](std::vector<IssuerProfile> profiles) {
    return code_of(
        OutsideIssuers::make(std::move(profiles), std::make_unique<NoFetch>(), clock, {}));
  };
  const IssuerProfile entra = known("entra"), machines = known("maskinporten");
  BOOST_TEST((made({entra, machines, known("idporten"), known("feide")}) == Errc::unset));
  IssuerProfile other = entra;
  other.name = "other";
  BOOST_TEST((made({entra, other}) == Errc::invalid_argument));  // of one url
  other.issuer += "/";
  BOOST_TEST((made({entra, other}) == Errc::invalid_argument));  // by the same labels
  other.label_prefix = "entra-b-";
  BOOST_TEST((made({entra, other}) == Errc::invalid_argument));
  BOOST_TEST((made({other, entra}) == Errc::invalid_argument));
  other.label_prefix = "entrb-";
  BOOST_TEST((made({entra, other}) == Errc::unset));
  other.name = "entra";
  BOOST_TEST((made({entra, other}) == Errc::invalid_argument));  // of one name
  std::vector<IssuerProfile> many;
  for (std::size_t i = 0; i < OutsideIssuers::kIssuersMax; ++i) {
    many.push_back(known("idporten"));
    many.back().name = many.back().issuer = std::to_string(i);
  }
  BOOST_TEST((made(many) == Errc::unset));
  many.push_back(known("idporten"));
  BOOST_TEST((made(many) == Errc::invalid_argument));
}

BOOST_AUTO_TEST_CASE(addresses_are_taken_apart_strictly) {
  const auto url = parse_web_url("https://Host.example:8443/a/b?c=d").value();
  BOOST_TEST((url.encrypted && url.host == "host.example" && url.port == "8443"));
  BOOST_TEST((url.target == "/a/b?c=d" && url.authority == "Host.example:8443"));
  BOOST_TEST(parse_web_url("http://[::1]")->host == "::1");
  BOOST_TEST(parse_web_url("https://a.example")->target == "/");
  for (const char* bad :
       {"", "a", "ftp://a", "https://", "https:///x", "https://u@a/", "https://a/#x",
        "https://a b/", "file:///etc/passwd", "//a/x", "http://127.0.0.1.evil.example/"})
    BOOST_TEST(!parse_web_url(bad).has_value(), bad);
  for (const char* safe :
       {"https://a.example", "http://127.0.0.1:1", "http://[::1]/", "http://localhost"})
    BOOST_TEST(is_safe(parse_web_url(safe).value()), safe);
  for (const char* unsafe :
       {"http://a.example", "http://localhost.evil.example", "http://10.0.0.1"})
    BOOST_TEST(!is_safe(parse_web_url(unsafe).value()), unsafe);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::server
