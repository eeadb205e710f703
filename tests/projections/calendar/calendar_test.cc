#include "projections/calendar/calendar.h"

#include <rapidcheck.h>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <vector>

namespace stafett::bti {
BOOST_AUTO_TEST_SUITE(calendar_test)
namespace {

namespace data = boost::unit_test::data;

Date day(std::string_view text) {
  return Date::parse(text).value();
}

BOOST_DATA_TEST_CASE(a_date_that_is_not_real_is_refused,
                     data::make({"2026-02-29", "2026-13-01", "2026-00-10", "2026-01-32",
                                 "0000-01-01", "2026-1-01", "26-01-01", "2026/01/01", "2026-01-01 ",
                                 "+026-01-01", "", "1900-02-29"}),
                     text) {
  BOOST_TEST(!Date::parse(text));
}

BOOST_AUTO_TEST_CASE(every_day_reads_back_and_follows_the_one_before) {
  std::string last;
  for (Date date = day("1890-01-01"); date < day("2110-01-01"); date = date + 1) {
    const std::string text = date.to_text();
    BOOST_REQUIRE(Date::parse(text).value() == date);
    BOOST_REQUIRE(last < text);
    last = text;
  }
  BOOST_TEST(day("1970-01-01").days() == 0);
  BOOST_TEST(day("0001-01-01").days() == Date::kFirstDays);
  BOOST_TEST(day("9999-12-31").days() == Date::kLastDays);
  BOOST_TEST(day("2026-11-22").weekday() == 6u);
  BOOST_TEST(day("1969-12-29").weekday() == 0u);
}

struct Months {
  const char *from, *to;
  int months;
};
const Months kMonths[] = {{"2026-01-31", "2026-02-28", 1},  {"2024-01-31", "2024-02-29", 1},
                          {"2026-01-24", "2027-01-24", 12}, {"2024-02-29", "2025-02-28", 12},
                          {"2026-03-31", "2026-02-28", -1}, {"2025-12-15", "2026-01-15", 1},
                          {"2026-08-31", "2031-08-31", 60}, {"2026-05-31", "2026-05-31", 0}};

BOOST_AUTO_TEST_CASE(months_end_on_the_last_day_when_the_day_is_missing) {
  for (const Months& one : kMonths)
    BOOST_TEST(add_months(day(one.from), one.months).to_text() == one.to);
}

BOOST_AUTO_TEST_CASE(a_child_of_29_february_turns_older_on_1_march_in_common_years) {
  const Date leap = day("2012-02-29");
  BOOST_TEST(birthday(leap, 15).to_text() == "2027-03-01");
  BOOST_TEST(birthday(leap, 16).to_text() == "2028-02-29");
  BOOST_TEST(age_on(leap, day("2027-02-28")) == 14);
  BOOST_TEST(age_on(leap, day("2027-03-01")) == 15);
  BOOST_TEST(age_on(leap, day("2028-02-29")) == 16);
  BOOST_TEST(age_on(day("2011-06-10"), day("2026-06-09")) == 14);
  BOOST_TEST(age_on(day("2011-06-10"), day("2026-06-10")) == 15);
  BOOST_TEST(age_on(day("2011-06-10"), day("2011-06-09")) == -1);
}

// Church of Norway's and the US Census Bureau's published Easter dates.
BOOST_DATA_TEST_CASE(
    easter_is_as_published,
    data::make({"1961-04-02", "1981-04-19", "1999-04-04", "2000-04-23", "2008-03-23", "2011-04-24",
                "2016-03-27", "2019-04-21", "2020-04-12", "2021-04-04", "2022-04-17", "2023-04-09",
                "2024-03-31", "2025-04-20", "2026-04-05", "2027-03-28", "2028-04-16", "2029-04-01",
                "2030-04-21", "2038-04-25", "2049-04-18", "2076-04-19", "2099-04-12"}),
    text) {
  BOOST_TEST(easter_sunday(day(text).year()).to_text() == text);
}

// The Book of Common Prayer's way to Easter by golden number and paschal full moon, written here on
// its own: agrees for every year.
Date easter_by_epact(int year) {
  const int golden = year % 19 + 1, century = year / 100 + 1;
  const int skipped = 3 * century / 4 - 12, moon = (8 * century + 5) / 25 - 5;
  const int sunday = 5 * year / 4 - skipped - 10;
  int epact = (11 * golden + 20 + moon - skipped) % 30;
  if (epact < 0) epact += 30;
  if ((epact == 25 && golden > 11) || epact == 24) ++epact;
  int full = 44 - epact;
  if (full < 21) full += 30;
  full += 7 - (sunday + full) % 7;
  return *Date::from_ymd(year, 3, 1) + (full - 1);
}

BOOST_AUTO_TEST_CASE(easter_agrees_with_another_algorithm_for_every_year) {
  for (int year = 1583; year <= 4000; ++year)
    BOOST_REQUIRE_MESSAGE(easter_sunday(year) == easter_by_epact(year), year);
}

BOOST_AUTO_TEST_CASE(the_public_holidays_of_2026_are_these) {
  std::vector<std::string> found;
  for (Date date = day("2026-01-01"); date <= day("2026-12-31"); date = date + 1)
    if (is_public_holiday(date) && date.weekday() < 5) found.push_back(date.to_text());
  const std::vector<std::string> want = {"2026-01-01", "2026-04-02", "2026-04-03", "2026-04-06",
                                         "2026-05-01", "2026-05-14", "2026-05-25", "2026-12-25"};
  BOOST_TEST(found == want, boost::test_tools::per_element());
  BOOST_TEST(is_public_holiday(day("2026-05-17")));  // a Sunday
  BOOST_TEST(is_public_holiday(day("2026-12-26")));  // a Saturday
  BOOST_TEST(!is_public_holiday(day("2026-12-24")));
  BOOST_TEST(!is_public_holiday(day("2026-04-04")));  // Easter Saturday is a Saturday
}

BOOST_AUTO_TEST_CASE(working_days_pass_over_weekends_holidays_and_closed_days) {
  const Period five{5, Period::Unit::working_days};
  BOOST_TEST(add(day("2026-03-27"), five, {}).to_text() == "2026-04-08");  // over Easter
  BOOST_TEST(add(day("2026-01-09"), Period{1, Period::Unit::working_days}, {}).to_text() ==
             "2026-01-12");
  BOOST_TEST(add(day("2026-01-10"), Period{0, Period::Unit::working_days}, {}).to_text() ==
             "2026-01-10");
  const std::vector<Date> closed = {day("2026-01-12"), day("2026-01-13")};
  BOOST_TEST(add(day("2026-01-09"), Period{1, Period::Unit::working_days}, closed).to_text() ==
             "2026-01-14");
  BOOST_TEST(add(day("2026-01-09"), Period{14}, closed).to_text() == "2026-01-23");
}

BOOST_AUTO_TEST_CASE(the_nth_working_day_has_n_working_days_before_and_on_it) {
  BOOST_TEST(rc::check([] {
    const Date from{*rc::gen::inRange(15'000, 25'000)};
    const std::int32_t count = *rc::gen::inRange(1, 200);
    const Date end = add(from, {count, Period::Unit::working_days}, {});
    std::int32_t seen = 0;
    for (Date date = from + 1; date <= end; date = date + 1) seen += is_working_day(date, {});
    RC_ASSERT(seen == count);
    RC_ASSERT(is_working_day(end, {}));
  }));
}

BOOST_AUTO_TEST_CASE(working_day_periods_have_one_form) {
  BOOST_TEST((parse_working_days("10wd") == Period{10, Period::Unit::working_days}));
  BOOST_TEST((parse_working_days("0wd") == Period{0, Period::Unit::working_days}));
  BOOST_TEST((parse_working_days("3650wd").has_value()));
  for (const char* text : {"wd", "10", "10 wd", "-1wd", "01wd", "3651wd", "10WD", "10wdd", ""})
    BOOST_TEST(!parse_working_days(text));
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::bti
