#pragma once
// SpentStates: the sign-ins whose code is being exchanged or has been, so that one is good for one
// exchange, whatever its browser sends.
//
// Threads: any.
// Limits:  kStatesMax are remembered, each until its sign-in would be too old; then the one that
//          was spent first is forgotten.

#include <deque>
#include <mutex>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "engine/base/clock.h"
#include "engine/base/ids.h"

namespace stafett::server {

class SpentStates final {
 public:
  static constexpr std::size_t kStatesMax = 8192;

  // False: it was spent before.
  bool spend(std::string_view state, TimeUs ends_at, TimeUs now);
  std::size_t size() const;

 private:
  void forget_first_locked();

  mutable std::mutex mutex_;
  std::unordered_set<Hash, IdHash> states_;       // Guarded by mutex_. Their SHA-256.
  std::deque<std::pair<Hash, TimeUs>> in_order_;  // Guarded by mutex_. As they were spent.
};

}  // namespace stafett::server
