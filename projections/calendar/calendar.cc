#include "projections/calendar/calendar.h"

#include <algorithm>
#include <chrono>

namespace stafett::bti {

namespace {

using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::year_month_day;

year_month_day ymd(Date date) {
  return year_month_day{sys_days{days{date.days()}}};
}

std::optional<unsigned> number(std::string_view text) {
  unsigned value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + static_cast<unsigned>(c - '0');
  }
  return value;
}

}  // namespace

std::optional<Date> Date::from_ymd(int year, unsigned month, unsigned day) {
  if (year < 1 || year > 9999) return std::nullopt;
  const year_month_day date{std::chrono::year{year}, std::chrono::month{month},
                            std::chrono::day{day}};
  if (!date.ok()) return std::nullopt;
  return Date{static_cast<std::int32_t>(sys_days{date}.time_since_epoch().count())};
}

std::optional<Date> Date::parse(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = number(text.substr(0, 4));
  const auto month = number(text.substr(5, 2));
  const auto day = number(text.substr(8, 2));
  if (!year || !month || !day) return std::nullopt;
  return from_ymd(static_cast<int>(*year), *month, *day);
}

std::string Date::to_text() const {
  const year_month_day date = ymd(*this);
  std::string text = "0000-00-00";
  const auto put = [&text](std::size_t last, unsigned value) {
    for (; value != 0; value /= 10) text[last--] = static_cast<char>('0' + value % 10);
  };
  put(3, static_cast<unsigned>(std::clamp(static_cast<int>(date.year()), 0, 9999)));
  put(6, static_cast<unsigned>(date.month()));
  put(9, static_cast<unsigned>(date.day()));
  return text;
}

int Date::year() const {
  return static_cast<int>(ymd(*this).year());
}
unsigned Date::month() const {
  return static_cast<unsigned>(ymd(*this).month());
}
unsigned Date::day() const {
  return static_cast<unsigned>(ymd(*this).day());
}

Date add_months(Date date, int months) {
  using namespace std::chrono;
  const year_month_day from = ymd(date);
  const year_month target = from.year() / from.month() + std::chrono::months{months};
  const std::chrono::day last = (target / std::chrono::last).day();
  return Date{static_cast<std::int32_t>(
      sys_days{target / std::min(from.day(), last)}.time_since_epoch().count())};
}

Date birthday(Date birth, int years) {
  const year_month_day from = ymd(birth);
  const std::chrono::year year = from.year() + std::chrono::years{years};
  const bool moved = from.month() == std::chrono::February && from.day() == std::chrono::day{29} &&
                     !year.is_leap();
  const year_month_day on =
      moved ? year / std::chrono::March / 1 : year / from.month() / from.day();
  return Date{static_cast<std::int32_t>(sys_days{on}.time_since_epoch().count())};
}

std::string iso_week(Date date) {
  // The week's year is that of its Thursday.
  const Date thursday = date + (3 - static_cast<std::int32_t>(date.weekday()));
  const std::int32_t week = (thursday - *Date::from_ymd(thursday.year(), 1, 1)) / 7 + 1;
  std::string text = thursday.to_text().substr(0, 4) + "-W";
  text += static_cast<char>('0' + week / 10);
  text += static_cast<char>('0' + week % 10);
  return text;
}

int age_on(Date birth, Date on) {
  const int years = on.year() - birth.year();
  return on < birthday(birth, years) ? years - 1 : years;
}

}  // namespace stafett::bti
