#pragma once
// ScenarioDays: a scenario counts days from its day 0; here they become dates and instants.
//
// Threads: a value.
// Limits:  days within kDaysMax of day 0; nothing before 1970-01-03.

#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "projections/calendar/calendar.h"

namespace stafett::bti {

class ScenarioDays final {
 public:
  static constexpr std::int64_t kDaysMax = 36'525;
  explicit ScenarioDays(Date day0) : day0_(day0) {}

  bool holds(std::int64_t day) const;
  // REQUIRES of all below: holds(day).
  Date date(std::int64_t day) const { return day0_ + static_cast<std::int32_t>(day); }
  TimeUs end(std::int64_t day) const { return end_of_day(date(day)); }
  // "HH:MM", local. Empty: not such a time.
  std::optional<TimeUs> at(std::int64_t day, std::string_view time) const;

  // "D<n>" as the date's text, "D<n>T<HH:MM>" as the instant's. Empty: not of that form.
  std::optional<std::string> date_text(std::string_view text) const;
  std::optional<std::string> time_text(std::string_view text) const;

  // An expected value of the case state at `path` (JSON pointer), with "D<n>" replaced in the
  // members that hold dates and "D<n>T<HH:MM>" in those that hold instants.
  boost::json::value in_state(const boost::json::value& value, std::string_view path) const;

 private:
  boost::json::value in_member(const boost::json::value& value, std::string_view top,
                               std::string_view member) const;
  Date day0_;
};

}  // namespace stafett::bti
