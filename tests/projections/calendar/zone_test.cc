#include <date/tz.h>
#include <rapidcheck.h>

#include <boost/test/unit_test.hpp>

#include "engine/base/clock.h"
#include "projections/calendar/calendar.h"

namespace stafett::bti {
BOOST_AUTO_TEST_SUITE(zone_test)
namespace {

Date at_day(std::string_view text) {
  return Date::parse(text).value();
}
TimeUs at(std::string_view text) {
  return parse_time(text).value();
}

BOOST_AUTO_TEST_CASE(midnight_in_oslo_is_an_hour_or_two_before_utc) {
  BOOST_TEST(local_date(at("2026-01-11T22:59:59.999999Z")).to_text() == "2026-01-11");
  BOOST_TEST(local_date(at("2026-01-11T23:00:00Z")).to_text() == "2026-01-12");
  BOOST_TEST(local_date(at("2026-07-11T21:59:59.999999Z")).to_text() == "2026-07-11");
  BOOST_TEST(local_date(at("2026-07-11T22:00:00Z")).to_text() == "2026-07-12");
  BOOST_TEST(local_date(at("1969-12-31T23:30:00Z")).to_text() == "1970-01-01");
}

BOOST_AUTO_TEST_CASE(a_day_ends_with_its_last_microsecond_when_the_clock_changes_too) {
  BOOST_TEST(to_text(end_of_day(at_day("2026-03-29"))) == "2026-03-29T21:59:59.999999Z");
  BOOST_TEST(to_text(start_of_day(at_day("2026-03-29"))) == "2026-03-28T23:00:00Z");
  BOOST_TEST(to_text(end_of_day(at_day("2026-10-25"))) == "2026-10-25T22:59:59.999999Z");
  BOOST_TEST(to_text(start_of_day(at_day("2026-10-25"))) == "2026-10-24T22:00:00Z");
}

BOOST_AUTO_TEST_CASE(skipped_and_repeated_times_take_the_first_offset) {
  BOOST_TEST(to_text(local_time(at_day("2026-03-29"), 90)) == "2026-03-29T00:30:00Z");
  BOOST_TEST(to_text(local_time(at_day("2026-03-29"), 150)) == "2026-03-29T01:30:00Z");  // skipped
  BOOST_TEST(to_text(local_time(at_day("2026-03-29"), 180)) == "2026-03-29T01:00:00Z");
  BOOST_TEST(to_text(local_time(at_day("2026-10-25"), 119)) == "2026-10-24T23:59:00Z");
  BOOST_TEST(to_text(local_time(at_day("2026-10-25"), 150)) == "2026-10-25T00:30:00Z");  // repeated
  BOOST_TEST(to_text(local_time(at_day("2026-10-25"), 180)) == "2026-10-25T02:00:00Z");
}

BOOST_AUTO_TEST_CASE(the_rule_goes_on_after_the_tables_of_the_zone_data) {
  BOOST_TEST(to_text(start_of_day(at_day("2050-07-01"))) == "2050-06-30T22:00:00Z");
  BOOST_TEST(to_text(start_of_day(at_day("2050-01-01"))) == "2049-12-31T23:00:00Z");
  BOOST_TEST(to_text(start_of_day(at_day("2400-07-01"))) == "2400-06-30T22:00:00Z");
}

BOOST_AUTO_TEST_CASE(local_dates_agree_with_the_zone_library) {
  const date::time_zone* zone = date::locate_zone("Europe/Oslo");
  BOOST_TEST(rc::check([zone] {
    const std::int64_t second = *rc::gen::inRange<std::int64_t>(-2'000'000'000, 2'100'000'000);
    const auto local = zone->to_local(date::sys_seconds{std::chrono::seconds{second}});
    const auto days = date::floor<date::days>(local).time_since_epoch().count();
    const TimeUs time{second * 1'000'000 + 999'999};
    RC_ASSERT(local_date(time).days() == days);
    const auto minute = (local.time_since_epoch().count() - days * std::int64_t{86'400}) / 60;
    RC_ASSERT(local_minute(time) == minute);
  }));
}

BOOST_AUTO_TEST_CASE(days_tile_time_without_gap_or_overlap) {
  for (Date date = at_day("1940-01-01"); date < at_day("2060-01-01"); date = date + 1) {
    BOOST_REQUIRE(local_date(start_of_day(date)) == date);
    BOOST_REQUIRE(local_date(end_of_day(date)) == date);
    BOOST_REQUIRE(local_date(TimeUs{end_of_day(date).value() + 1}) == date + 1);
  }
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::bti
