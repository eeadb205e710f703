#pragma once
// TypeTally: how often each type of event of cases happened in the twelve months before a week
// began, as far as it was recorded by then.
//
// Threads:  one at a time.
// Lifetime: log and source outlive it.
// Limits:   a count for each type and day of a year; kEntriesAStep entries a call. It begins with
//           what was recorded in those months, as nothing happens after it was recorded, and goes
//           on from there.

#include <array>
#include <map>

#include "server/logs/entry_streams.h"
#include "server/reported/recorded_weeks.h"

namespace stafett::server {

class TypeTally final {
 public:
  static constexpr std::uint64_t kEntriesAStep = 262'144;

  TypeTally(log::Log& log, const bti::EventSource& source, const RecordedWeeks& weeks)
      : log_(log), source_(source), weeks_(weeks), streams_(log) {}

  // Of entries below `closed`, which were recorded before `until` began; neither ever goes back.
  // False: there is more to count than one call does. Errors: corrupt, io.
  Result<bool> count_until(bti::Date until, TreeSize closed);
  std::uint64_t count_of(bti::schema::EventType type) const;

 private:
  using Counts = std::array<std::uint32_t, bti::kEventTypeCount + 1>;
  Result<void> count(TreeSize end);

  log::Log& log_;
  const bti::EventSource& source_;
  const RecordedWeeks& weeks_;
  EntryStreams streams_;
  bool has_begun_ = false;
  TreeSize next_{};
  bti::Date first_{}, until_{};          // days in the window: [first_, until_)
  std::map<std::int32_t, Counts> days_;  // of the window
};

}  // namespace stafett::server
