#include "projections/viewer/present_case.h"

#include <chrono>

namespace stafett::bti {
namespace {

struct SharedState {
  bool usable = true;  // false: to be loaded once more
  std::shared_ptr<const CaseState> state;
  EventPtr last_not_durable;  // null: all of it is durable
};

std::optional<SharedState> shared_state(CaseHandle& handle) {
  const std::lock_guard lock{handle.mutex};
  if (!handle.recorded) return std::nullopt;
  return SharedState{handle.usable, handle.record.shared(),
                     handle.not_durable.empty() ? nullptr : handle.not_durable.back()};
}

// Whether the event that was accepted became durable. No: its group was taken back.
Result<bool> became_durable(log::Log& log, const Event& event) {
  constexpr int kWaits = 300;
  for (int i = 0; log.head().size.value() <= event.position.value(); ++i) {
    if (const auto reason = log.read_only_reason()) return Error{Errc::read_only, *reason};
    if (i == kWaits) return Error{Errc::read_only, "what was accepted does not become durable"};
    log.heads().wait_past(TreeSize{event.position.value()}, std::chrono::milliseconds{100}, {});
  }
  ENGINE_TRY(outcome, log.store().event(event.id));
  const Position* position = std::get_if<Position>(&outcome);
  return position && *position == event.position;
}

}  // namespace

PresentCase::PresentCase(CasePtr handle, std::shared_ptr<const CaseState> state,
                         std::shared_ptr<const Directory> directory, const ActorId& viewer,
                         TimeUs at)
    : handle_(std::move(handle)),
      state_(std::move(state)),
      directory_(std::move(directory)),
      viewer_(viewer),
      at_(at),
      context_{*state_, *directory_, {at}, directory_->profiles().in_force(local_date(at)).profile},
      visibility_(context_, viewer, at) {}

Result<std::unique_ptr<const PresentCase>> PresentCase::of(log::Log& log, BtiGate& gate,
                                                           const SubjectId& case_id,
                                                           const ActorId& viewer) {
  // A group is taken back as a whole now and then: what was accepted of it does not count.
  constexpr int kTries = 8;
  for (int i = 0; i < kTries; ++i) {
    ENGINE_TRY(handle, gate.recorded_case(case_id));
    if (!handle) return Error{Errc::not_found, "no such case"};
    std::optional<SharedState> shared = shared_state(*handle);
    if (!shared) return Error{Errc::not_found, "no such case"};
    if (!shared->usable) continue;
    if (shared->last_not_durable) {
      ENGINE_TRY(durable, became_durable(log, *shared->last_not_durable));
      if (!durable) continue;
    }
    ENGINE_TRY(registered, gate.directory_now());
    return std::unique_ptr<const PresentCase>{
        new PresentCase{std::move(handle), std::move(shared->state), std::move(registered), viewer,
                        log.clock().now()}};
  }
  return Error{Errc::read_only, "what was accepted of the case does not become durable"};
}

Result<bool> PresentCase::is_still(BtiGate& gate) const {
  {
    const std::lock_guard lock{handle_->mutex};
    if (!handle_->usable || !handle_->record.is_still(state_)) return false;
  }
  ENGINE_TRY(registered, gate.directory_now());
  return registered == directory_;
}

}  // namespace stafett::bti
