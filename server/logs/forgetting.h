#pragma once
// Forgetting: who of a server keeps something of a log's cases in memory, and is told when some of
// them have been erased.
//
// Threads:  add() by the owner before anything is served; forget() from any thread after that.
// Lifetime: what is told outlives the last call of forget().

#include <functional>
#include <span>
#include <vector>

#include "engine/base/ids.h"

namespace stafett::server {

class Forgetting final {
 public:
  using Forget = std::function<void(std::span<const SubjectId>)>;
  void add(Forget one) { all_.push_back(std::move(one)); }
  void forget(std::span<const SubjectId> cases) const {
    for (const Forget& one : all_) one(cases);
  }

 private:
  std::vector<Forget> all_;
};

}  // namespace stafett::server
