#include "projections/bundle/runs.h"

#include <algorithm>

namespace stafett::bti {

Runs Runs::of(std::vector<Position> positions, std::uint64_t entries_max) {
  std::ranges::sort(positions);
  Runs runs;
  for (auto at = positions.begin(); at != positions.end();) {
    const Position first = *at;
    std::uint64_t count = 0;
    while (at != positions.end() && at->value() == first.value() + count) ++at, ++count;
    if (count < 2 || count > entries_max) continue;
    runs.runs_.push_back({first, count});
    entries_max -= count;
  }
  return runs;
}

bool Runs::contain(Position position) const {
  const auto behind = std::ranges::upper_bound(runs_, position, {}, &Run::first);
  if (behind == runs_.begin()) return false;
  const Run& run = *std::prev(behind);
  return position.value() - run.first.value() < run.count;
}

}  // namespace stafett::bti
