#pragma once
// Random cases for property tests: events of nearly every type, out of order, entered late,
// corrected and voided. Call within rapidcheck.

#include <memory>

#include "tests/projections/rules/memory_log.h"

namespace stafett::bti::test {

inline constexpr std::int64_t kMinuteUs = 60'000'000;
inline constexpr TimeUs kRandomCaseStart{1767225600LL * 1'000'000};  // 2026-01-01

// How far apart events lie: all within a day, or over years, so that deadlines pass.
enum class Pace : unsigned char { minutes, weeks };

// One case, "case"; its events are imported: what a mode does not check, it records.
std::unique_ptr<MemoryLog> random_log(Pace pace = Pace::minutes);

}  // namespace stafett::bti::test
