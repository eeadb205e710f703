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

}  // namespace

void ErasureCover::ordered(const format::ErasureOrdered& order, const ActorId& by,
                           Position position) {
  orders_[order.order].push_back({order.ranges, by, position, {}});
}

void ErasureCover::approved(const format::ErasureApproved& approval, const ActorId& by,
                            Position position) {
  const auto found = orders_.find(approval.order);
  if (found == orders_.end()) return;  // approves nothing that was ordered before it
  for (Order& order : found->second) order.approvals.emplace(by, position);
}

void ErasureCover::seal(TreeSize checkpointed) {
  const auto counts = [&](const Order& order) {
    return order.position.value() < checkpointed.value() &&
           std::ranges::any_of(order.approvals, [&](const auto& approval) {
             return approval.first != order.by && approval.second.value() < checkpointed.value();
           });
  };
  for (const auto& [id, orders] : orders_)
    for (const Order& order : orders)
      for (const auto& range : order.ranges)
        for (std::size_t c = 0; c < all_.size(); ++c) {
          if ((range.classes >> c & 1) == 0 || range.first >= range.end) continue;
          const Range positions{range.first.value(), range.end.value()};
          all_[c].push_back(positions);
          if (counts(order)) counting_[c].push_back(positions);
        }
  orders_.clear();
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
