#pragma once
// ErasureOrders: what the log's public part says of erasures: ordered, approved, completed. One
// fold for whoever carries an order out and for whoever verifies it: both take the same events for
// it.
//
// Source:  docs/formats/engine-events.md
// Threads: the functions: any, beside a writer too, and without any key; an ErasureOrders: one.

#include <map>
#include <optional>
#include <vector>

#include "engine/format/engine_event.h"
#include "engine/storage/reads.h"

namespace stafett::log {

using OrderId = std::array<std::uint8_t, 16>;

struct ErasureOrder {
  struct Act {
    ActorId by;
    Position position;
    format::Custody custody = format::Custody::own;  // of the key that signed it
  };
  OrderId id{};
  Act ordered;  // the first event of it
  format::ErasureBasis basis = format::ErasureBasis::none;
  std::vector<format::ErasureOrdered::Range> ranges;  // of all its events by that actor, in order
  Position last;                                      // of its events by that actor
  std::optional<Act> approved;  // the first approval by somebody else that came after all of them
  std::optional<Position> completed_at;
  std::optional<format::ErasureCompleted> completed;

  // Both of them lie under a checkpoint of this size.
  bool counts(TreeSize checkpointed) const {
    return approved && last.value() < checkpointed.value() &&
           approved->position.value() < checkpointed.value();
  }
};

// Fed in the order of the log.
class ErasureOrders final {
 public:
  // False: not part of the order. Somebody else calls something by its id, or it was approved
  // before this was added.
  bool ordered(const format::ErasureOrdered& event, const ErasureOrder::Act& act);
  void approved(const format::ErasureApproved& event, const ErasureOrder::Act& act);
  void completed(const format::ErasureCompleted& event, Position position);

  const std::vector<ErasureOrder>& all() const { return orders_; }  // by when they were ordered
  std::vector<ErasureOrder> take() { return std::move(orders_); }   // the last that is called

 private:
  ErasureOrder* find(const OrderId& id);

  std::vector<ErasureOrder> orders_;
  std::map<OrderId, std::size_t> by_id_;
};

// By when they were ordered. Errors: corrupt, io.
Result<std::vector<ErasureOrder>> read_erasure_orders(const storage::Reads& reads,
                                                      const StreamId& engine);
// Errors: not_found too.
Result<ErasureOrder> find_erasure_order(const storage::Reads& reads, const StreamId& engine,
                                        const OrderId& id);

}  // namespace stafett::log
