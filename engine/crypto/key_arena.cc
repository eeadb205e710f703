#include "engine/crypto/key_arena.h"

#include <algorithm>

namespace stafett::crypto {

KeyArena::KeyArena(std::size_t slots) : slots_(slots), memory_(allocate_secret(slots * 32)) {
  CHECK(slots > 0);
  for (std::size_t i = slots; i > 0; --i) free_.push_back(i - 1);
}

bool KeyArena::copy_out(const DomainId& id, std::span<std::uint8_t, 32> out) {
  const std::lock_guard lock{mutex_};
  const auto found = index_.find(id);
  if (found == index_.end()) return false;
  order_.splice(order_.begin(), order_, found->second);
  std::ranges::copy(bytes(found->second->index), out.begin());
  return true;
}

void KeyArena::put(const DomainId& id, std::span<const std::uint8_t, 32> key) {
  const std::lock_guard lock{mutex_};
  if (const auto found = index_.find(id); found != index_.end()) {
    std::ranges::copy(key, bytes(found->second->index).begin());
    return;
  }
  if (free_.empty()) {
    const Slot oldest = order_.back();
    wipe(bytes(oldest.index));
    index_.erase(oldest.id);
    order_.pop_back();
    free_.push_back(oldest.index);
  }
  const std::size_t slot = free_.back();
  free_.pop_back();
  std::ranges::copy(key, bytes(slot).begin());
  order_.push_front(Slot{id, slot});
  index_.emplace(id, order_.begin());
}

void KeyArena::forget(const DomainId& id) {
  const std::lock_guard lock{mutex_};
  const auto found = index_.find(id);
  if (found == index_.end()) return;
  wipe(bytes(found->second->index));
  free_.push_back(found->second->index);
  order_.erase(found->second);
  index_.erase(found);
}

void KeyArena::clear() {
  const std::lock_guard lock{mutex_};
  wipe({memory_.get(), slots_ * 32});
  order_.clear();
  index_.clear();
  free_.clear();
  for (std::size_t i = slots_; i > 0; --i) free_.push_back(i - 1);
}

}  // namespace stafett::crypto
