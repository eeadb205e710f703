#include <algorithm>

#include "engine/base/check.h"
#include "engine/base/encoding.h"
#include "projections/calendar/calendar.h"

namespace stafett::bti {

namespace {

constexpr unsigned kSaturday = 5;

}  // namespace

// Meeus, Jones, Butcher: the anonymous Gregorian algorithm.
Date easter_sunday(int year) {
  const int a = year % 19, b = year / 100, c = year % 100;
  const int d = b / 4, e = b % 4, f = (b + 8) / 25, g = (b - f + 1) / 3;
  const int h = (19 * a + b - d - g + 15) % 30;
  const int i = c / 4, k = c % 4, l = (32 + 2 * e + 2 * i - h - k) % 7;
  const int m = (a + 11 * h + 22 * l) / 451;
  const int n = h + l - 7 * m + 114;
  const auto date =
      Date::from_ymd(year, static_cast<unsigned>(n / 31), static_cast<unsigned>(n % 31 + 1));
  CHECK(date.has_value());
  return *date;
}

bool is_public_holiday(Date date) {
  const unsigned month = date.month(), day = date.day();
  const bool fixed = (month == 1 && day == 1) || (month == 5 && (day == 1 || day == 17)) ||
                     (month == 12 && (day == 25 || day == 26));
  if (fixed) return true;
  if (month < 3 || month > 6) return false;  // from Maundy Thursday to Whit Monday
  switch (date - easter_sunday(date.year())) {
    case -3:  // Maundy Thursday
    case -2:  // Good Friday
    case 0:
    case 1:   // Easter Monday
    case 39:  // Ascension Day
    case 49:
    case 50:  // Whit Monday
      return true;
    default:
      return false;
  }
}

bool is_working_day(Date date, std::span<const Date> closed) {
  return date.weekday() < kSaturday && !is_public_holiday(date) &&
         !std::binary_search(closed.begin(), closed.end(), date);
}

std::optional<Period> parse_working_days(std::string_view text) {
  if (text.size() < 3 || !text.ends_with("wd")) return std::nullopt;
  const auto count = parse_decimal(text.substr(0, text.size() - 2));
  if (!count || *count > static_cast<std::uint64_t>(Period::kCountMax)) return std::nullopt;
  return Period{static_cast<std::int32_t>(*count), Period::Unit::working_days};
}

Date add(Date date, Period period, std::span<const Date> closed) {
  if (period.unit == Period::Unit::calendar_days) return date + period.count;
  // A list of closed days is finite, so there is always a next working day.
  for (std::int32_t left = period.count; left > 0;) {
    date = date + 1;
    if (is_working_day(date, closed)) --left;
  }
  return date;
}

}  // namespace stafett::bti
