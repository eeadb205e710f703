#pragma once
// Local dates: every deadline and age is counted in calendar dates of Europe/Oslo.
//
// Source:  IANA time zone data of the system
// Threads: any; the zone's transitions are read once.
// Limits:  dates from 0001-01-01 to 9999-12-31.

#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "engine/base/ids.h"

namespace stafett::bti {

// Days since 1970-01-01. The number is that of the schema's date fields.
class Date {
 public:
  static constexpr std::int32_t kFirstDays = -719162;  // 0001-01-01
  static constexpr std::int32_t kLastDays = 2932896;   // 9999-12-31

  constexpr Date() = default;
  constexpr explicit Date(std::int32_t days) : days_(days) {}
  static std::optional<Date> from_ymd(int year, unsigned month, unsigned day);  // real dates only
  static std::optional<Date> parse(std::string_view text);                      // "YYYY-MM-DD"
  std::string to_text() const;

  constexpr std::int32_t days() const { return days_; }
  int year() const;
  unsigned month() const;               // 1-12
  unsigned day() const;                 // 1-31
  constexpr unsigned weekday() const {  // 0 Monday to 6 Sunday
    return static_cast<unsigned>(((days_ + 3) % 7 + 7) % 7);
  }
  friend constexpr auto operator<=>(const Date&, const Date&) = default;
  friend constexpr Date operator+(Date date, std::int32_t days) { return Date{date.days_ + days}; }
  friend constexpr Date operator-(Date date, std::int32_t days) { return Date{date.days_ - days}; }
  friend constexpr std::int32_t operator-(Date a, Date b) { return a.days_ - b.days_; }

 private:
  std::int32_t days_ = 0;
};

Date local_date(TimeUs at);
// Minutes after local midnight. A time that daylight saving skips or repeats is read with the first
// offset (the one before the change). REQUIRES: minute < 24 * 60.
TimeUs local_time(Date date, std::int32_t minute);
std::int32_t local_minute(TimeUs at);  // minutes after local midnight, by the wall clock
TimeUs start_of_day(Date date);
TimeUs end_of_day(Date date);  // its last microsecond

// Same day of the month, or the month's last day. `months` may be negative.
Date add_months(Date date, int months);
// The day on which someone turns `years`: born on 29 February, 1 March in common years.
Date birthday(Date birth, int years);
std::string iso_week(Date date);  // ISO 8601: "2026-W03"
int age_on(Date birth, Date on);  // whole years; negative before birth

Date easter_sunday(int year);  // Gregorian
bool is_public_holiday(Date date);
// Monday to Friday, no public holiday, not in `closed`. REQUIRES: `closed` sorted.
bool is_working_day(Date date, std::span<const Date> closed);

// A whole number of calendar days, or of working days ("5wd").
struct Period {
  enum class Unit : std::uint8_t { calendar_days, working_days };
  static constexpr std::int32_t kCountMax = 3650;
  std::int32_t count = 0;
  Unit unit = Unit::calendar_days;
  friend constexpr bool operator==(const Period&, const Period&) = default;
};
std::optional<Period> parse_working_days(std::string_view text);  // "Nwd", N 0-3650

// `count` calendar days later, or the count-th working day after `date` (0: `date` itself).
// REQUIRES: `closed` sorted.
Date add(Date date, Period period, std::span<const Date> closed);

}  // namespace stafett::bti
