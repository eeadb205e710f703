#include "engine/crypto/key_arena.h"

#include <algorithm>

namespace stafett::crypto {

KeyArena::KeyArena(std::size_t slots)
    : slots_(slots), memory_(allocate_secret(slots * kSlotBytes)) {
  CHECK(slots > 0);
  for (std::size_t i = slots; i > 0; --i) free_.push_back(i - 1);
}

KeyArena::Slot* KeyArena::touch(const DomainId& id) {
  const auto found = index_.find(id);
  if (found == index_.end()) return nullptr;
  order_.splice(order_.begin(), order_, found->second);
  return &*found->second;
}

bool KeyArena::copy_out(const DomainId& id, std::span<std::uint8_t, 32> out) {
  const std::lock_guard lock{mutex_};
  const Slot* slot = touch(id);
  if (slot == nullptr) return false;
  std::ranges::copy(bytes(slot->index), out.begin());
  return true;
}

bool KeyArena::copy_derived(const DomainId& id, unsigned number, std::span<std::uint8_t, 32> out) {
  CHECK(number < kDerivedMax);
  const std::lock_guard lock{mutex_};
  const Slot* slot = touch(id);
  if (slot == nullptr || (slot->derived >> number & 1) == 0) return false;
  std::ranges::copy(bytes(slot->index, 1 + number), out.begin());
  return true;
}

void KeyArena::put_derived(const DomainId& id, unsigned number,
                           std::span<const std::uint8_t, 32> key) {
  CHECK(number < kDerivedMax);
  const std::lock_guard lock{mutex_};
  Slot* slot = touch(id);
  if (slot == nullptr) return;
  std::ranges::copy(key, bytes(slot->index, 1 + number).begin());
  slot->derived = static_cast<std::uint8_t>(slot->derived | 1u << number);
}

void KeyArena::put(const DomainId& id, std::span<const std::uint8_t, 32> key) {
  const std::lock_guard lock{mutex_};
  if (Slot* slot = touch(id)) {
    std::ranges::copy(key, bytes(slot->index).begin());
    slot->derived = 0;
    return;
  }
  if (free_.empty()) {
    const Slot oldest = order_.back();
    wipe(slot_bytes(oldest.index));
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
  wipe(slot_bytes(found->second->index));
  free_.push_back(found->second->index);
  order_.erase(found->second);
  index_.erase(found);
}

void KeyArena::clear() {
  const std::lock_guard lock{mutex_};
  wipe({memory_.get(), slots_ * kSlotBytes});
  order_.clear();
  index_.clear();
  free_.clear();
  for (std::size_t i = slots_; i > 0; --i) free_.push_back(i - 1);
}

}  // namespace stafett::crypto
