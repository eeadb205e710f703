#pragma once
// Moment: a place in the timeline of a case, between or at events.
//
// Timeline order is by (occurredAt, position).

#include <compare>
#include <cstdint>
#include <limits>

#include "engine/base/ids.h"

namespace stafett::bti {

// Local dates are days since 1970-01-01; kNoDate is how the wire says "absent".
inline constexpr std::int32_t kNoDate = std::numeric_limits<std::int32_t>::min();

struct Moment {
  TimeUs at;
  // Among what has the same time: 0 is before every event, an event's is its position + 1.
  std::uint64_t order = 0;

  static constexpr Moment of(TimeUs at, Position position) { return {at, position.value() + 1}; }
  static constexpr Moment before_all(TimeUs at) { return {at, 0}; }
  static constexpr Moment after_all(TimeUs at) {
    return {at, std::numeric_limits<std::uint64_t>::max()};
  }
  friend constexpr auto operator<=>(const Moment&, const Moment&) = default;
};
inline constexpr Moment kNever{TimeUs{std::numeric_limits<std::int64_t>::max()},
                               std::numeric_limits<std::uint64_t>::max()};
inline constexpr Moment kBeforeAll{TimeUs{std::numeric_limits<std::int64_t>::min()}, 0};

}  // namespace stafett::bti
