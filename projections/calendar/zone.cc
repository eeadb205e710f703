#include <date/tz.h>

#include <algorithm>
#include <vector>

#include "projections/calendar/calendar.h"

namespace stafett::bti {

namespace {

constexpr std::int64_t kSecondUs = 1'000'000;
constexpr std::int64_t kDaySeconds = 86'400;

std::int64_t floor_div(std::int64_t value, std::int64_t by) {
  return value / by - (value % by < 0 ? 1 : 0);
}

// Last Sunday of a month, 01:00 UTC: when summer time begins (March) and ends (October) under the
// European directive in force.
std::int64_t switch_second(int year, unsigned month) {
  const Date last = *Date::from_ymd(year, month, 31);
  const Date sunday = last - static_cast<std::int32_t>((last.weekday() + 1) % 7);
  return sunday.days() * kDaySeconds + 3600;
}

struct Span {
  std::int64_t from;    // first second, UTC
  std::int64_t offset;  // seconds east of UTC
};

// Offsets of Europe/Oslo over all dates. A table, since a lookup in the zone data costs too much
// for a fold: it is asked several times for each event.
class Oslo final {
 public:
  Oslo() {
    const date::time_zone* zone = date::locate_zone("Europe/Oslo");
    const std::int64_t end = switch_second(kRulesFrom, 3);
    std::int64_t at = Date::kFirstDays * kDaySeconds - kDaySeconds;
    while (at < end) {
      const date::sys_info info = zone->get_info(date::sys_seconds{std::chrono::seconds{at}});
      if (spans_.empty() || spans_.back().offset != info.offset.count())
        spans_.push_back({at, info.offset.count()});
      at = info.end.time_since_epoch().count();
    }
    // Zone files may end in 2037 and leave the rest to a rule; so do we.
    for (int year = kRulesFrom; year <= 9999; ++year) {
      spans_.push_back({switch_second(year, 3), 7200});
      spans_.push_back({switch_second(year, 10), 3600});
    }
    // Nearly all times asked for lie in this century: search those first.
    recent_ = index_at(switch_second(2000, 3));
  }

  std::int64_t offset_at(std::int64_t second) const { return spans_[index_at(second)].offset; }

  // UTC second of a wall-clock second; the offset before the change when it is skipped or repeated.
  std::int64_t utc(std::int64_t wall) const {
    const std::size_t later = index_at(wall + kOffsetMax);
    for (std::size_t i = later < 2 ? 0 : later - 2; i <= later; ++i) {
      const std::int64_t second = wall - spans_[i].offset;
      const bool last = i + 1 == spans_.size();
      // The first span whose end lies after it: an earlier one ends before this wall time, and a
      // skipped time runs past its span's end but not past the next one's beginning by the wall.
      if (last || second < spans_[i + 1].from || wall < spans_[i + 1].from + spans_[i + 1].offset)
        return second;
    }
    return wall - spans_[later].offset;
  }

 private:
  static constexpr int kRulesFrom = 2037;
  static constexpr std::int64_t kOffsetMax = kDaySeconds;

  std::size_t index_at(std::int64_t second) const {
    auto first = spans_.begin();
    auto end = spans_.end();
    if (recent_ != 0 && second >= spans_[recent_].from) {
      first += static_cast<std::ptrdiff_t>(recent_);
      constexpr std::ptrdiff_t kCentury = 200;
      if (end - first > kCentury && second < (first + kCentury)->from) end = first + kCentury;
    }
    const auto after = std::upper_bound(
        first, end, second, [](std::int64_t value, const Span& span) { return value < span.from; });
    return after == spans_.begin() ? 0 : static_cast<std::size_t>(after - spans_.begin()) - 1;
  }

  std::vector<Span> spans_;  // by time
  std::size_t recent_ = 0;
};

const Oslo& oslo() {
  static const Oslo zone;
  return zone;
}

std::int64_t wall_second(TimeUs at) {
  const std::int64_t second = floor_div(at.value(), kSecondUs);
  return second + oslo().offset_at(second);
}

}  // namespace

Date local_date(TimeUs at) {
  return Date{static_cast<std::int32_t>(floor_div(wall_second(at), kDaySeconds))};
}

std::int32_t local_minute(TimeUs at) {
  const std::int64_t wall = wall_second(at);
  return static_cast<std::int32_t>((wall - floor_div(wall, kDaySeconds) * kDaySeconds) / 60);
}

TimeUs local_time(Date date, std::int32_t minute) {
  return TimeUs{oslo().utc(date.days() * kDaySeconds + minute * std::int64_t{60}) * kSecondUs};
}

TimeUs start_of_day(Date date) {
  return local_time(date, 0);
}
TimeUs end_of_day(Date date) {
  return TimeUs{start_of_day(date + 1).value() - 1};
}

}  // namespace stafett::bti
