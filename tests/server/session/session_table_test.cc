// Sessions of browsers: how long they last, how many there are, and what ends them.

#include "server/session/session_table.h"

#include <boost/test/unit_test.hpp>

#include "engine/crypto/seeded_random.h"
#include "tests/support/code_of.h"

namespace stafett::server {
BOOST_AUTO_TEST_SUITE(session_table_test)
namespace {

constexpr std::chrono::seconds kSecond{1};
constexpr SessionLimits kLimits{std::chrono::seconds{60}, std::chrono::seconds{600}, 20};

BrowserIdentity person(std::uint8_t number) {
  BrowserIdentity who;
  who.issuer = "idporten";
  who.subject.data()[0] = number;
  return who;
}

struct Kept {
  ManualClock clock{TimeUs{1'767'225'600'000'000}};
  crypto::SeededRandom random{1};
  SessionTable table{kLimits, clock, random};
  std::string begin(std::uint8_t number = 1) { return table.begin(person(number)).value(); }
  void pass(std::chrono::seconds time) {
    clock.set(TimeUs{clock.now().value() + std::chrono::microseconds{time}.count()});
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_session_is_found_by_its_id_until_it_is_ended) {
  Kept kept;
  const std::string id = kept.begin();
  BOOST_TEST(id.size() == 43);  // 256 bits
  const auto open = kept.table.find(id);
  BOOST_REQUIRE(open.has_value());
  BOOST_TEST(open->who->issuer == "idporten");
  BOOST_TEST(!*open->is_over);
  for (const std::string& other : {std::string{}, id + "A", id.substr(1), kept.begin() + " "})
    BOOST_TEST(!kept.table.find(other).has_value());
  BOOST_TEST(kept.table.end(id));
  BOOST_TEST(*open->is_over);
  BOOST_TEST(!kept.table.find(id).has_value());
  BOOST_TEST(!kept.table.end(id));
}

BOOST_AUTO_TEST_CASE(it_ends_when_nothing_has_come_for_a_while) {
  Kept kept;
  const std::string id = kept.begin();
  kept.pass(kLimits.idle - kSecond);
  BOOST_REQUIRE(kept.table.find(id).has_value());
  kept.pass(kLimits.idle - kSecond);
  const auto open = kept.table.find(id);
  BOOST_REQUIRE(open.has_value());
  kept.pass(kLimits.idle);
  BOOST_TEST(!kept.table.find(id).has_value());
  BOOST_TEST(*open->is_over);
  BOOST_TEST(kept.table.size() == 0);
}

BOOST_AUTO_TEST_CASE(it_ends_after_its_whole_time_however_much_it_is_used) {
  Kept kept;
  const std::string id = kept.begin();
  const TimeUs began = kept.clock.now();
  for (int i = 0; i < 19; ++i) {
    kept.pass(kLimits.idle / 2);
    const auto open = kept.table.find(id);
    BOOST_REQUIRE(open.has_value());
    BOOST_TEST(open->ends_at.value() - began.value() == 600'000'000);
  }
  kept.pass(kLimits.idle / 2);
  BOOST_TEST(!kept.table.find(id).has_value());
}

BOOST_AUTO_TEST_CASE(a_clock_that_goes_back_ends_it) {
  Kept kept;
  const std::string id = kept.begin();
  kept.pass(-kSecond);
  BOOST_TEST(!kept.table.find(id).has_value());
}

BOOST_AUTO_TEST_CASE(there_are_no_more_than_may_be_and_those_that_are_past_make_room) {
  Kept kept;
  for (std::uint8_t i = 0; i < kLimits.count_max; ++i) kept.begin(i);
  BOOST_TEST((code_of(kept.table.begin(person(100))) == Errc::queue_full));
  BOOST_TEST(kept.table.size() == kLimits.count_max);
  kept.pass(kLimits.idle);
  BOOST_TEST((code_of(kept.table.begin(person(100))) == Errc::unset));
  BOOST_TEST(kept.table.size() == 1);
}

BOOST_AUTO_TEST_CASE(the_oldest_of_a_person_goes_for_a_new_one_and_nobody_elses) {
  Kept kept;
  const std::string others = kept.begin(2), first = kept.begin();
  kept.pass(kSecond);
  const std::string second = kept.begin();
  for (std::size_t i = 2; i < SessionTable::kPersonMax; ++i) kept.begin();
  BOOST_TEST(kept.table.find(first).has_value());
  kept.begin();
  BOOST_TEST(!kept.table.find(first).has_value());
  BOOST_TEST(kept.table.find(second).has_value());
  BOOST_TEST(kept.table.find(others).has_value());
  BOOST_TEST(kept.table.size() == SessionTable::kPersonMax + 1);
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::server
