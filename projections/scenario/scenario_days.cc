#include "projections/scenario/scenario_days.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <charconv>

#include "engine/base/clock.h"

namespace stafett::bti {
namespace {

// Members of the case state that hold a date. `to` is one in a consent only.
constexpr std::array<std::string_view, 20> kDateMembers{
    "acceptedOn",  "answeredOn", "assessedOn", "birthDate", "closedOn", "date",      "endedOn",
    "escalatedOn", "evaluateBy", "from",       "grantedOn", "nextDate", "offeredOn", "on",
    "openedOn",    "raisedOn",   "since",      "startedOn", "to",       "until"};
constexpr std::string_view kTimeMember = "lastEventAt";

bool is_date_member(std::string_view top, std::string_view member) {
  if (member == "to") return top == "consents";
  return std::ranges::find(kDateMembers, member) != kDateMembers.end();
}

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, value);
  if (text.empty() || error != std::errc{} || stopped != end) return std::nullopt;
  return value;
}

std::optional<std::int32_t> minutes(std::string_view time) {
  if (time.size() != 5 || time[2] != ':') return std::nullopt;
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  if (!digit(time[0]) || !digit(time[1]) || !digit(time[3]) || !digit(time[4])) return std::nullopt;
  const std::int32_t hour = (time[0] - '0') * 10 + (time[1] - '0');
  const std::int32_t minute = (time[3] - '0') * 10 + (time[4] - '0');
  if (hour > 23 || minute > 59) return std::nullopt;
  return hour * 60 + minute;
}

}  // namespace

bool ScenarioDays::holds(std::int64_t day) const {
  if (day < -kDaysMax || day > kDaysMax) return false;
  const std::int64_t days = day0_.days() + day;
  return days >= 2 && days < Date::kLastDays;
}

std::optional<TimeUs> ScenarioDays::at(std::int64_t day, std::string_view time) const {
  const std::optional<std::int32_t> minute = minutes(time);
  if (!minute) return std::nullopt;
  return local_time(date(day), *minute);
}

std::optional<std::string> ScenarioDays::date_text(std::string_view text) const {
  if (!text.starts_with('D')) return std::nullopt;
  const std::optional<std::int64_t> day = whole_number(text.substr(1));
  if (!day || !holds(*day)) return std::nullopt;
  return date(*day).to_text();
}

std::optional<std::string> ScenarioDays::time_text(std::string_view text) const {
  const std::size_t mark = text.find('T');
  if (!text.starts_with('D') || mark == std::string_view::npos) return std::nullopt;
  const std::optional<std::int64_t> day = whole_number(text.substr(1, mark - 1));
  if (!day || !holds(*day)) return std::nullopt;
  const std::optional<TimeUs> time = at(*day, text.substr(mark + 1));
  if (!time) return std::nullopt;
  return to_text(*time);
}

boost::json::value ScenarioDays::in_state(const boost::json::value& value,
                                          std::string_view path) const {
  std::string_view top = path;
  if (top.starts_with('/')) top.remove_prefix(1);
  top = top.substr(0, top.find('/'));
  const std::size_t last = path.rfind('/');
  return in_member(value, top, last == std::string_view::npos ? "" : path.substr(last + 1));
}

boost::json::value ScenarioDays::in_member(const boost::json::value& value, std::string_view top,
                                           std::string_view member) const {
  if (const boost::json::object* object = value.if_object()) {
    boost::json::object out;
    for (const auto& [key, one] : *object)
      out[key] = in_member(one, top.empty() ? std::string_view{key} : top, key);
    return out;
  }
  if (const boost::json::array* list = value.if_array()) {
    boost::json::array out;
    for (const boost::json::value& one : *list) out.push_back(in_member(one, top, member));
    return out;
  }
  const boost::json::string* text = value.if_string();
  if (!text) return value;
  std::optional<std::string> replaced;
  if (is_date_member(top, member)) replaced = date_text(*text);
  if (member == kTimeMember) replaced = time_text(*text);
  return replaced ? boost::json::value(*replaced) : value;
}

}  // namespace stafett::bti
