#include "server/reported/recorded_weeks.h"

#include <algorithm>

#include "engine/format/entry.h"

namespace stafett::server {
namespace {

constexpr std::int32_t kWeekDays = 7;

bti::Date monday_of(bti::Date day) {
  return day - static_cast<std::int32_t>(day.weekday());
}

}  // namespace

bti::Date RecordedWeeks::this_week() const {
  return monday_of(bti::local_date(log_.clock().now()));
}

Result<TimeUs> RecordedWeeks::recorded_at(std::uint64_t position) const {
  ENGINE_TRY(bytes, log_.store().entry(Position{position}));
  ENGINE_TRY(outline, format::outline_of_own_entry(bytes));
  return outline.recorded_at;
}

// Of [from, end), the first that was recorded then or later; `end`: none.
Result<TreeSize> RecordedWeeks::first_at(TimeUs at, std::uint64_t from, std::uint64_t end) const {
  while (from < end) {
    const std::uint64_t middle = from + (end - from) / 2;
    ENGINE_TRY(recorded, recorded_at(middle));
    if (recorded < at)
      from = middle + 1;
    else
      end = middle;
  }
  return TreeSize{end};
}

Result<TreeSize> RecordedWeeks::recorded_before(bti::Date day) const {
  return first_at(bti::start_of_day(day), 0, log_.size().value());
}

Result<std::optional<WeekStretch>> RecordedWeeks::stretch_at(TreeSize begin,
                                                             TreeSize closed) const {
  if (begin >= closed) return std::optional<WeekStretch>{};
  ENGINE_TRY(recorded, recorded_at(begin.value()));
  const bti::Date next_week = monday_of(bti::local_date(recorded)) + kWeekDays;
  const std::uint64_t farthest = begin.value() + entries_max_;
  ENGINE_TRY(end, first_at(bti::start_of_day(next_week), begin.value(),
                           std::min(closed.value(), farthest)));
  return std::optional{WeekStretch{begin, end}};
}

}  // namespace stafett::server
