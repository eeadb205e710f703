#include "engine/log/erasure/erasure_orders.h"

#include <algorithm>

#include "engine/format/entry.h"

namespace stafett::log {

ErasureOrder* ErasureOrders::find(const OrderId& id) {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : &orders_[found->second];
}

bool ErasureOrders::ordered(const format::ErasureOrdered& event, const ErasureOrder::Act& act) {
  if (by_id_.emplace(event.order, orders_.size()).second)
    orders_.push_back({event.order, act, event.basis, {}, act.position, {}, {}, {}});
  ErasureOrder& order = *find(event.order);
  if (order.ordered.by != act.by || order.approved) return false;
  order.last = act.position;
  order.ranges.insert(order.ranges.end(), event.ranges.begin(), event.ranges.end());
  return true;
}

void ErasureOrders::approved(const format::ErasureApproved& event, const ErasureOrder::Act& act) {
  ErasureOrder* order = find(event.order);
  if (order && order->ordered.by != act.by && !order->approved) order->approved = act;
}

void ErasureOrders::completed(const format::ErasureCompleted& event, Position position) {
  ErasureOrder* order = find(event.order);
  if (!order || order->completed) return;
  order->completed = event;
  order->completed_at = position;
}

Result<std::vector<ErasureOrder>> read_erasure_orders(const storage::Reads& reads,
                                                      const StreamId& engine) {
  ErasureOrders orders;
  ENGINE_TRY_VOID(reads.scan_stream(
      engine, Version{0}, [&](Version, Position position) -> Result<storage::Scan> {
        ENGINE_TRY(bytes, reads.entry(position));
        ENGINE_TRY(entry, format::decode_own_entry(bytes));
        ENGINE_TRY(event, format::decode_engine_event(entry.public_part));
        const ErasureOrder::Act act{entry.intent.actor, position, entry.intent.custody};
        if (const auto* ordered = std::get_if<format::ErasureOrdered>(&event))
          (void)orders.ordered(*ordered, act);
        else if (const auto* approved = std::get_if<format::ErasureApproved>(&event))
          orders.approved(*approved, act);
        else if (const auto* completed = std::get_if<format::ErasureCompleted>(&event))
          orders.completed(*completed, position);
        return storage::Scan::more;
      }));
  return orders.take();
}

Result<ErasureOrder> find_erasure_order(const storage::Reads& reads, const StreamId& engine,
                                        const OrderId& id) {
  ENGINE_TRY(orders, read_erasure_orders(reads, engine));
  const auto found = std::ranges::find(orders, id, &ErasureOrder::id);
  if (found == orders.end()) return Error{Errc::not_found, "no such order"};
  return std::move(*found);
}

}  // namespace stafett::log
