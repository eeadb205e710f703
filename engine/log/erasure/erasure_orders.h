#pragma once
// ErasureOrders: what the log's public part says of erasures: ordered, approved, completed.
//
// Source:  docs/formats/engine-events.md
// Threads: pure functions of what is stored; beside a writer too, and without any key.

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

// By when they were ordered. Errors: corrupt, io.
Result<std::vector<ErasureOrder>> read_erasure_orders(const storage::Reads& reads,
                                                      const StreamId& engine);
// Errors: not_found too.
Result<ErasureOrder> find_erasure_order(const storage::Reads& reads, const StreamId& engine,
                                        const OrderId& id);

}  // namespace stafett::log
