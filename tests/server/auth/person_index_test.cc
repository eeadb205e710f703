// From a national identity number to a person of the log.

#include "server/auth/person_index.h"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include "server/auth/sign_in.h"
#include "tests/projections/gate/municipality.h"

namespace stafett::server {
BOOST_AUTO_TEST_SUITE(person_index_test)
namespace {

// Nobody's: 80 is added to the month.
const std::string kOne = "15887012345", kOther = "02898154321";

struct Known {
  bti::test::Municipality town;
  PersonIndex index{*town.bti.log, *town.bti.gate};
  void details(const std::string& person, const std::string& number) {
    const std::string said = number.empty() ? "" : R"(,"nationalId":")" + number + "\"";
    town.recorded("PersonDetailsRecorded", "", 0,
                  R"({"person":")" + person + R"(","name":"N N")" + said + "}");
  }
  // By label; empty: nobody.
  std::string who(const std::string& number) {
    const auto person = index.person_of(number);
    BOOST_REQUIRE(person);
    if (!*person) return "";
    return town.bti.gate->labels().label_of(log::LabelSpace::person, (*person)->array());
  }
};

// An issuer that nobody asks.
class Nowhere final : public WebFetch {
 public:
  Result<FetchedDocument> get(const std::string&) override { return Error{Errc::io, "away"}; }
  Result<FormAnswer> post(const std::string&, const WebForm&) override {
    return Error{Errc::io, "away"};
  }
  void stop() override {}
};

}  // namespace

BOOST_AUTO_TEST_CASE(whoever_has_the_number_by_the_latest_details_is_found) {
  Known known;
  BOOST_TEST(known.who(kOne) == "");
  known.details("lise", kOne);
  BOOST_TEST(known.who(kOne) == "lise");
  BOOST_TEST(known.who(kOther) == "");
  known.details("lise", kOther.substr(0, 6) + " " + kOther.substr(6));
  BOOST_TEST(known.who(kOne) == "");
  BOOST_TEST(known.who(kOther) == "lise");
  known.details("lise", "");
  BOOST_TEST(known.who(kOther) == "");
  for (const char* bad : {"", "1", "1588701234", "158870123456", "1588701234x"})
    BOOST_TEST(known.who(bad) == "", bad);
}

BOOST_AUTO_TEST_CASE(a_number_that_two_people_have_is_nobodys) {
  Known known;
  known.details("lise", kOne);
  known.details("kari", kOne);
  BOOST_TEST(known.who(kOne) == "");
  known.details("kari", kOther);
  BOOST_TEST(known.who(kOne) == "lise");
  BOOST_TEST(known.who(kOther) == "kari");
}

BOOST_AUTO_TEST_CASE(a_log_that_is_opened_again_knows_the_same_people) {
  Known known;
  known.details("lise", kOne);
  known.details("kari", kOther);
  known.details("lise", kOne);
  PersonIndex anew{*known.town.bti.log, *known.town.bti.gate};
  BOOST_REQUIRE(anew.catch_up());
  const auto before = known.index.person_of(kOne), after = anew.person_of(kOne);
  BOOST_REQUIRE((before && after && *before && *after));
  BOOST_TEST((**before == **after));
}

// Of some issuers it is all that `sub` says.
BOOST_AUTO_TEST_CASE(a_browser_that_signs_in_leaves_no_number_behind) {
  Known known;
  known.details("lise", kOne);
  IssuerProfile profile;
  profile.name = "other";
  profile.issuer = "https://issuer.stafett.example";
  profile.metadata = profile.issuer + "/.well-known/openid-configuration";
  profile.algorithms = {"ES256"};
  profile.audiences = {"here"};
  profile.scopes = {"log"};
  profile.claim = "sub";
  const auto outside =
      OutsideIssuers::make({profile}, std::make_unique<Nowhere>(), known.town.clock, {});
  BOOST_REQUIRE(outside.has_value());
  const SignIn sign_in{*known.town.bti.log, *known.town.bti.gate, known.town.clock,
                       SignInSources{std::nullopt, outside->get()}};
  OutsideToken token;
  token.national_id = kOne;
  token.evidence = {{"iss", profile.issuer}, {"sub", kOne}, {"acr", "high"}};
  const auto person = sign_in.known_as(token, profile);
  BOOST_REQUIRE((person && *person));
  const boost::json::object& evidence = (*person)->evidence;
  BOOST_TEST(evidence.at("acr").as_string() == "high");
  BOOST_TEST(evidence.at("sub").as_string().size() == 64u);
  BOOST_TEST((boost::json::serialize(evidence).find(kOne) == std::string::npos));
  BOOST_TEST(std::holds_alternative<Hash>((*person)->key));
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::server
