// From a national identity number to a person of the log.

#include "server/auth/person_index.h"

#include <boost/test/unit_test.hpp>

#include "tests/projections/gate/municipality.h"

namespace stafett::server {
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

}  // namespace

BOOST_AUTO_TEST_SUITE(person_index)

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

BOOST_AUTO_TEST_SUITE_END()

}  // namespace stafett::server
