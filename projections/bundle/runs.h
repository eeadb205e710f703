#pragma once
// Runs: entries of a bundle that stand side by side in the log. One proof for all of a run is
// shorter than one for each.
//
// Threads: pure functions; a value.
// Limits:  16 bytes a run; of entries in runs as many as are asked for, so that a reader can keep
//          all of their leaves.

#include <span>
#include <vector>

#include "engine/base/ids.h"

namespace stafett::bti {

struct Run {
  Position first;
  std::uint64_t count = 0;  // at least 2
  friend bool operator==(const Run&, const Run&) = default;
};

class Runs final {
 public:
  // `positions`: in any order, each once. A run that would make it more than `entries_max` entries
  // is none.
  static Runs of(std::vector<Position> positions, std::uint64_t entries_max);

  bool contain(Position position) const;
  std::span<const Run> all() const { return runs_; }  // by position

 private:
  std::vector<Run> runs_;
};

}  // namespace stafett::bti
