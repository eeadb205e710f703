#include "server/session/spent_states.h"

#include "engine/crypto/sha256.h"

namespace stafett::server {

bool SpentStates::spend(std::string_view state, TimeUs ends_at, TimeUs now) {
  const Hash name = crypto::sha256(as_bytes(state));
  const std::lock_guard lock{mutex_};
  while (!in_order_.empty() && in_order_.front().second <= now) forget_first_locked();
  if (states_.contains(name)) return false;
  if (states_.size() >= kStatesMax) forget_first_locked();
  in_order_.emplace_back(name, ends_at);
  states_.insert(name);
  return true;
}

void SpentStates::forget_first_locked() {
  states_.erase(in_order_.front().first);
  in_order_.pop_front();
}

std::size_t SpentStates::size() const {
  const std::lock_guard lock{mutex_};
  return states_.size();
}

}  // namespace stafett::server
