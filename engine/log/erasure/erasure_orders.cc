#include "engine/log/erasure/erasure_orders.h"

#include <algorithm>

#include "engine/format/entry.h"

namespace stafett::log {
namespace {

void add(std::vector<ErasureOrder>& orders, const format::EngineEvent& event,
         const ErasureOrder::Act& act) {
  const auto find = [&](const OrderId& id) {
    return std::ranges::find(orders, id, &ErasureOrder::id);
  };
  if (const auto* ordered = std::get_if<format::ErasureOrdered>(&event)) {
    auto order = find(ordered->order);
    if (order == orders.end()) {
      orders.push_back({ordered->order, act, ordered->basis, {}, act.position, {}, {}, {}});
      order = std::prev(orders.end());
    }
    // What somebody else calls by the same id, or adds after the approval, is not part of it.
    if (order->ordered.by != act.by || order->approved) return;
    order->last = act.position;
    order->ranges.insert(order->ranges.end(), ordered->ranges.begin(), ordered->ranges.end());
  } else if (const auto* approved = std::get_if<format::ErasureApproved>(&event)) {
    const auto order = find(approved->order);
    if (order != orders.end() && order->ordered.by != act.by && !order->approved)
      order->approved = act;
  } else if (const auto* completed = std::get_if<format::ErasureCompleted>(&event)) {
    const auto order = find(completed->order);
    if (order == orders.end() || order->completed) return;
    order->completed = *completed;
    order->completed_at = act.position;
  }
}

}  // namespace

Result<std::vector<ErasureOrder>> read_erasure_orders(const storage::Reads& reads,
                                                      const StreamId& engine) {
  std::vector<ErasureOrder> orders;
  ENGINE_TRY_VOID(reads.scan_stream(
      engine, Version{0}, [&](Version, Position position) -> Result<storage::Scan> {
        ENGINE_TRY(bytes, reads.entry(position));
        ENGINE_TRY(entry, format::decode_own_entry(bytes));
        ENGINE_TRY(event, format::decode_engine_event(entry.public_part));
        add(orders, event, {entry.intent.actor, position});
        return storage::Scan::more;
      }));
  return orders;
}

Result<ErasureOrder> find_erasure_order(const storage::Reads& reads, const StreamId& engine,
                                        const OrderId& id) {
  ENGINE_TRY(orders, read_erasure_orders(reads, engine));
  const auto found = std::ranges::find(orders, id, &ErasureOrder::id);
  if (found == orders.end()) return Error{Errc::not_found, "no such order"};
  return std::move(*found);
}

}  // namespace stafett::log
