#pragma once
// ErasureCover: which sealed parts were ordered erased, and whether the order counts: approved by
// somebody else than who ordered it, both under a signed checkpoint.
//
// Threads: of() from any thread once sealed.
// Limits:  16 bytes per range and class ordered, overlaps merged.

#include <array>
#include <map>
#include <vector>

#include "engine/format/engine_event.h"

namespace stafett::log {

class ErasureCover final {
 public:
  void ordered(const format::ErasureOrdered& order, const ActorId& by, Position position);
  void approved(const format::ErasureApproved& approval, const ActorId& by, Position position);
  // No more of them; what lies at or past `checkpointed` does not count.
  void seal(TreeSize checkpointed);

  enum class Verdict { none, does_not_count, covered };
  Verdict of(Position position, format::PartClass part_class) const;

 private:
  using Range = std::pair<std::uint64_t, std::uint64_t>;  // [first, end)
  using Ranges = std::array<std::vector<Range>, 8>;       // by class; sorted, apart when sealed
  struct Order {
    std::vector<format::ErasureOrdered::Range> ranges;
    ActorId by;
    Position position;
    std::map<ActorId, Position> approvals;  // the first by each
  };
  static bool contains(const std::vector<Range>& ranges, Position position);

  std::map<std::array<std::uint8_t, 16>, std::vector<Order>> orders_;
  Ranges counting_;
  Ranges all_;
};

}  // namespace stafett::log
