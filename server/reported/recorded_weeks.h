#pragma once
// RecordedWeeks: a log cut where its weeks of recording end, local time. A week that is over takes
// nothing more, as recordedAt never goes back; so whoever has been given all of one has missed
// nothing.
//
// Threads:  any.
// Lifetime: the log outlives it.
// Limits:   kEntriesMax entries a stretch: of a week with more there are several.

#include <optional>

#include "engine/log/log.h"
#include "projections/calendar/calendar.h"

namespace stafett::server {

// Entries [begin, end) of the log, all recorded in one week.
struct WeekStretch {
  TreeSize begin, end;
  friend bool operator==(const WeekStretch&, const WeekStretch&) = default;
};

class RecordedWeeks final {
 public:
  static constexpr std::uint64_t kEntriesMax = 262'144;

  explicit RecordedWeeks(log::Log& log, std::uint64_t entries_max = kEntriesMax)
      : log_(log), entries_max_(entries_max) {}

  // The Monday of the week that the log's clock is in: what was recorded before it is over.
  bti::Date this_week() const;
  // Of the durable entries, how many were recorded before that day began. Errors: corrupt, io.
  Result<TreeSize> recorded_before(bti::Date day) const;
  // The stretch that begins there; none: `closed` is reached. Errors: corrupt, io.
  Result<std::optional<WeekStretch>> stretch_at(TreeSize begin, TreeSize closed) const;

 private:
  Result<TimeUs> recorded_at(std::uint64_t position) const;
  Result<TreeSize> first_at(TimeUs at, std::uint64_t from, std::uint64_t end) const;

  log::Log& log_;
  const std::uint64_t entries_max_;
};

}  // namespace stafett::server
