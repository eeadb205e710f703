#include "engine/log/verify/erasure_cover.h"

#include <algorithm>

namespace stafett::log {
namespace {

template <class Ranges>
void merge(Ranges& ranges) {
  std::ranges::sort(ranges);
  std::size_t last = 0;
  for (std::size_t i = 1; i < ranges.size(); ++i) {
    if (ranges[i].first <= ranges[last].second)
      ranges[last].second = std::max(ranges[last].second, ranges[i].second);
    else
      ranges[++last] = ranges[i];
  }
  if (!ranges.empty()) ranges.resize(last + 1);
}

format::ErasureOrdered ranges_before(format::ErasureOrdered order, Position position) {
  for (auto& range : order.ranges) range.end = std::min(range.end, position);
  std::erase_if(order.ranges, [](const auto& range) { return range.first >= range.end; });
  return order;
}

}  // namespace

void ErasureCover::add(Ranges& to, const std::vector<format::ErasureOrdered::Range>& ranges) {
  for (const auto& range : ranges)
    for (std::size_t c = 0; c < to.size(); ++c)
      if ((range.classes >> c & 1) != 0) to[c].emplace_back(range.first.value(), range.end.value());
}

void ErasureCover::ordered_without_right(const format::ErasureOrdered& order, Position position) {
  add(all_, ranges_before(order, position).ranges);
}

void ErasureCover::ordered(const format::ErasureOrdered& order, const ErasureOrder::Act& act) {
  const format::ErasureOrdered recorded = ranges_before(order, act.position);
  add(all_, recorded.ranges);
  (void)orders_.ordered(recorded, act);
}

void ErasureCover::approved(const format::ErasureApproved& approval, const ErasureOrder::Act& act) {
  orders_.approved(approval, act);
}

void ErasureCover::seal(TreeSize checkpointed) {
  for (const ErasureOrder& order : orders_.take()) {
    if (!order.counts(checkpointed)) continue;
    add(counting_, order.ranges);
    if (told_.size() < kToldMax) told_.push_back({order.id, order.ordered, *order.approved});
  }
  for (Ranges* by_class : {&all_, &counting_})
    for (std::vector<Range>& ranges : *by_class) merge(ranges);
}

bool ErasureCover::contains(const std::vector<Range>& ranges, Position position) {
  const auto after = std::ranges::upper_bound(ranges, position.value(), {}, &Range::first);
  return after != ranges.begin() && position.value() < std::prev(after)->second;
}

ErasureCover::Verdict ErasureCover::of(Position position, format::PartClass part_class) const {
  const auto c = static_cast<std::size_t>(part_class);
  if (contains(counting_.at(c), position)) return Verdict::covered;
  return contains(all_.at(c), position) ? Verdict::does_not_count : Verdict::none;
}

}  // namespace stafett::log
