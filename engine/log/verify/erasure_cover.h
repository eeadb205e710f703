#pragma once
// ErasureCover: which sealed parts were ordered erased, and whether the order counts: approved by
// somebody else than who ordered it, both under a signed checkpoint. What is part of an order is
// told by the same fold as where it is carried out.
//
// Threads: of() from any thread once sealed.
// Limits:  16 bytes per range and class ordered, overlaps merged; kToldMax orders told of.

#include <array>
#include <functional>
#include <span>
#include <vector>

#include "engine/log/erasure/erasure_orders.h"

namespace stafett::log {

// Of these acts, which rise, the positions of those by somebody who was no administrator then.
// Errors: corrupt, io.
using WithoutRole =
    std::function<Result<std::vector<Position>>(std::span<const ErasureOrder::Act>)>;

class ErasureCover final {
 public:
  static constexpr std::size_t kToldMax = 1000;

  // An order by somebody who may give none: it covers nothing, and is not taken for none.
  void ordered_without_right(const format::ErasureOrdered& order, Position position);
  // Of ranges, what lies before the event itself: nothing is erased before it is recorded.
  void ordered(const format::ErasureOrdered& order, const ErasureOrder::Act& act);
  void approved(const format::ErasureApproved& approval, const ErasureOrder::Act& act);
  // No more of them; what lies at or past `checkpointed` does not count.
  void seal(TreeSize checkpointed);

  enum class Verdict { none, does_not_count, covered };
  Verdict of(Position position, format::PartClass part_class) const;

  // Who ordered and who approved what counts, in the order of the log; once sealed.
  struct Counting {
    OrderId order{};
    ErasureOrder::Act ordered, approved;
  };
  const std::vector<Counting>& counting() const { return told_; }

 private:
  using Range = std::pair<std::uint64_t, std::uint64_t>;  // [first, end)
  using Ranges = std::array<std::vector<Range>, 8>;       // by class; sorted, apart when sealed
  static bool contains(const std::vector<Range>& ranges, Position position);
  static void add(Ranges& to, const std::vector<format::ErasureOrdered::Range>& ranges);

  ErasureOrders orders_;
  Ranges counting_;
  Ranges all_;  // part of an order that counts or not
  std::vector<Counting> told_;
};

}  // namespace stafett::log
