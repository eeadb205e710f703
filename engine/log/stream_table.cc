#include "engine/log/stream_table.h"

#include "engine/transparency/tree.h"

namespace stafett::log {

Result<std::shared_ptr<StreamSlot>> StreamTable::acquire(const StreamId& stream) {
  std::shared_ptr<StreamSlot> slot = find_or_make(stream);
  const std::lock_guard lock{slot->loading_};
  if (!slot->loaded_) {
    ENGINE_TRY_VOID(load(*slot));
    slot->loaded_ = true;
  }
  return slot;
}

std::shared_ptr<StreamSlot> StreamTable::find_or_make(const StreamId& stream) {
  const std::lock_guard lock{mutex_};
  if (const auto found = slots_.find(stream); found != slots_.end()) {
    order_.splice(order_.begin(), order_, found->second);
    return *found->second;
  }
  auto slot = std::make_shared<StreamSlot>();
  slot->id = stream;
  order_.push_front(slot);
  slots_.emplace(stream, order_.begin());
  // From the oldest on, what nobody holds; a few steps at most, as nearly all are unheld.
  auto at = order_.end();
  for (int steps = 0; slots_.size() > slots_max_ && steps < 8 && at != order_.begin(); ++steps) {
    --at;
    if (at->use_count() != 1) continue;
    slots_.erase((*at)->id);
    at = order_.erase(at);
  }
  return slot;
}

Result<void> StreamTable::load(StreamSlot& slot) const {
  ENGINE_TRY(head, reads_.stream_head(slot.id));
  if (!head) return {};
  ENGINE_TRY(bytes, reads_.entry(head->position));
  ENGINE_TRY(entry, format::decode_entry(bytes));
  slot.next_version = head->version.value() + 1;
  slot.head = transparency::leaf_hash(bytes);
  slot.kind = entry.intent.stream_kind;
  return {};
}

}  // namespace stafett::log
