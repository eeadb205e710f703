#pragma once
// At which of a disk's operations a fault is tried.

#include <cstdint>
#include <random>
#include <vector>

#include "tests/support/rounds.h"

namespace stafett::testing {

// Every one in full rounds; otherwise `count` of them, a quarter of that in few, one out of each of
// as many ranges as the seed draws it.
inline std::vector<std::uint64_t> fault_points(std::uint64_t operations, std::uint64_t count,
                                               std::uint64_t seed) {
  if (rounds() == Rounds::few) count = count / 4 + 1;
  if (full_rounds() || count > operations) count = operations;
  std::mt19937_64 random{seed};
  std::vector<std::uint64_t> points;
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t first = operations * i / count, end = operations * (i + 1) / count;
    points.push_back(first + random() % (end - first));
  }
  return points;
}

}  // namespace stafett::testing
