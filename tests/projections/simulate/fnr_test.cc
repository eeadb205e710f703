#include "projections/simulate/fnr.h"

#include <boost/test/unit_test.hpp>

#include "tests/projections/simulate/playing.h"

namespace stafett::bti::test {
BOOST_AUTO_TEST_SUITE(fnr_test)
namespace {

// The rules written once more, from the tax authority's description.
bool check_digits_hold(const std::string& id) {
  const int first[] = {3, 7, 6, 1, 8, 9, 4, 5, 2, 1};
  const int second[] = {5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1};
  int a = 0, b = 0;
  for (std::size_t i = 0; i < 10; ++i) a += first[i] * (id[i] - '0');
  for (std::size_t i = 0; i < 11; ++i) b += second[i] * (id[i] - '0');
  return a % 11 == 0 && b % 11 == 0;
}

BOOST_AUTO_TEST_CASE(a_number_has_its_check_digits_and_a_raised_month) {
  Draws draws(1);
  for (int i = 0; i < 2'000; ++i) {
    const Date birth{draws.between(-10'000, 20'500)};
    const std::string id =
        synthetic_national_id(birth, i % 2 == 0 ? Sex::female : Sex::male, draws);
    BOOST_TEST_REQUIRE(id.size() == 11u);
    BOOST_TEST(check_digits_hold(id));
    BOOST_TEST(is_synthetic_national_id(id));
    BOOST_TEST(std::stoul(id.substr(2, 2)) == birth.month() + 80);
    BOOST_TEST(std::stoul(id.substr(0, 2)) == birth.day());
    BOOST_TEST((id[8] - '0') % 2 == i % 2);
    BOOST_TEST((std::stoi(id.substr(6, 3)) >= 500) == (birth.year() >= 2000));
  }
}

BOOST_AUTO_TEST_CASE(what_is_no_synthetic_number_is_told_from_one) {
  Draws draws(2);
  const std::string good = synthetic_national_id(*Date::from_ymd(2016, 3, 14), Sex::male, draws);
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string other = good;
    other[i] = other[i] == '9' ? '0' : static_cast<char>(other[i] + 1);
    BOOST_TEST(!is_synthetic_national_id(other));
  }
  BOOST_TEST(!is_synthetic_national_id(good.substr(1)));
  BOOST_TEST(!is_synthetic_national_id(""));
  BOOST_TEST(!is_synthetic_national_id("1483169981x"));
}

BOOST_AUTO_TEST_CASE(everybody_has_a_synthetic_number_and_a_made_up_address) {
  std::size_t people = 0;
  for (const SimulatedEvent& event : all_events(options(20))) {
    if (text_of(event, "type") != "PersonDetailsRecorded") continue;
    ++people;
    const auto& data = event.event.at("data").as_object();
    BOOST_TEST(is_synthetic_national_id(data.at("nationalId").as_string()));
    const std::string email(data.at("contact").as_object().at("email").as_string());
    BOOST_TEST(email.ends_with("@post.stafett.example"));
    const std::string phone(data.at("contact").as_object().at("phone").as_string());
    BOOST_TEST(phone.starts_with("+47 6805"));
    BOOST_TEST(phone.size() == 12u);
  }
  BOOST_TEST(people > 100u);
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::bti::test
