#pragma once
// Time and its text. Nothing in the engine asks the operating system for the time: a Clock is
// given.

#include <atomic>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/ids.h"

namespace stafett {

// Threads: now() from any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual TimeUs now() = 0;  // may jump in both directions; the log keeps recordedAt monotone
};

class SystemClock final : public Clock {
 public:
  TimeUs now() override;
};

// Advanced by hand: tests, scenarios, simulation.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(TimeUs start = TimeUs{0}) : now_(start.value()) {}
  TimeUs now() override { return TimeUs{now_.load()}; }
  void set(TimeUs now) { now_.store(now.value()); }

 private:
  std::atomic<std::int64_t> now_;
};

// RFC 3339 in UTC, "2026-02-24T09:00:00Z" or with exactly 6 decimals; nothing else is read.
std::optional<TimeUs> parse_time(std::string_view text);
// No decimals when the microseconds are zero, else 6.
std::string to_text(TimeUs time);

}  // namespace stafett
