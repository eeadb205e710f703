#pragma once
// Suppression: hides the numbers of figures that would tell of few people, and enough others that
// they cannot be worked out either.
//
// Source:  docs/reference/statistics.md
// Threads: pure.

#include "projections/statistics/figures.h"

namespace stafett::bti {

// How far tables go. `rules`: the rules as they are exchanged with others, who compute the same
// from the same counts. `unsolvable`: also until nobody who knows the rules can work out a small
// number: for what is published.
enum class Rigour : std::uint8_t { rules, unsolvable };

// Of all below: `k` is the profile's smallCellMin, at least 3; numbers from 1 to k - 1 are small.
// REQUIRES: nothing is suppressed yet.
Figures suppressed(const Figures& figures, int k, Rigour rigour);

// `keys`: of the table's cells; equal numbers are hidden in the order of these.
Table suppressed(const Table& table, std::span<const std::string> keys, int k, Rigour rigour);
Median suppressed(const Median& median, int k);
Share suppressed(const Share& share, int k);

}  // namespace stafett::bti
