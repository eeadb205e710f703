#include "projections/gate/coming_documents.h"

namespace stafett::bti {

ComingDocuments::Hold ComingDocuments::hold(const EventId& event) {
  std::unique_lock lock{state_->mutex};
  state_->removed.wait(lock, [&] { return !state_->going.contains(event); });
  ++state_->held[event];
  lock.unlock();
  const auto let_go = [state = state_, event](const void*) {
    const std::lock_guard guard{state->mutex};
    const auto held = state->held.find(event);
    if (--held->second != 0) return;
    state->held.erase(held);
    if (state->left.size() < kLeftMax) state->left.insert(event);
  };
  return {state_.get(), let_go};
}

Result<std::size_t> ComingDocuments::sweep() {
  if (log_.read_only_reason()) return std::size_t{0};
  std::set<EventId> left;
  {
    const std::lock_guard lock{state_->mutex};
    left.swap(state_->left);
    // One that is held again is left again, if it is, by whoever holds it.
    std::erase_if(left, [&](const EventId& event) { return state_->held.contains(event); });
    state_->going.insert(left.begin(), left.end());
  }
  std::size_t count = 0;
  std::optional<Error> failure;
  for (const EventId& event : left) {
    const Result<bool> removed = remove_unless_recorded(event);
    const std::lock_guard lock{state_->mutex};
    state_->going.erase(event);
    state_->removed.notify_all();
    if (removed) {
      if (*removed) ++count;
      continue;
    }
    state_->left.insert(event);  // for the next time
    failure = removed.error();
  }
  if (failure) return *failure;
  return count;
}

Result<bool> ComingDocuments::remove_unless_recorded(const EventId& event) {
  ENGINE_TRY(outcome, log_.store().event(event));
  if (std::holds_alternative<Position>(outcome)) return false;
  ENGINE_TRY(chunk, log_.store().chunk(event, 0));
  if (!chunk) return false;
  ENGINE_TRY_VOID(log_.store().delete_chunks(event));
  return true;
}

}  // namespace stafett::bti
