#include "projections/viewer/present_case.h"

#include <chrono>

namespace stafett::bti {
namespace {

struct CopiedState {
  CaseState state;
  EventPtr last_not_durable;  // null: all of it is durable
};

std::optional<CopiedState> copy_state(const CasePtr& handle) {
  const std::lock_guard lock{handle->mutex};
  if (!handle->recorded) return std::nullopt;
  return CopiedState{handle->record.state(),
                     handle->not_durable.empty() ? nullptr : handle->not_durable.back()};
}

// Whether the event that was accepted became durable. No: its group was taken back.
Result<bool> became_durable(log::Log& log, const Event& event) {
  constexpr int kWaits = 300;
  for (int i = 0; log.head().size.value() <= event.position.value(); ++i) {
    if (const auto reason = log.read_only_reason()) return Error{Errc::read_only, *reason};
    if (i == kWaits) return Error{Errc::read_only, "what was accepted does not become durable"};
    log.heads().wait_past(log.head().size, std::chrono::milliseconds{100}, {});
  }
  ENGINE_TRY(outcome, log.store().event(event.id));
  const Position* position = std::get_if<Position>(&outcome);
  return position && *position == event.position;
}

}  // namespace

PresentCase::PresentCase(CaseState state, std::shared_ptr<const Directory> directory,
                         const ActorId& viewer, TimeUs at)
    : state_(std::move(state)),
      directory_(std::move(directory)),
      viewer_(viewer),
      at_(at),
      context_{state_, *directory_, {at}, directory_->profiles().in_force(local_date(at)).profile},
      visibility_(context_, viewer, at) {}

Result<std::unique_ptr<const PresentCase>> PresentCase::of(log::Log& log, BtiGate& gate,
                                                           const SubjectId& case_id,
                                                           const ActorId& viewer) {
  ENGINE_TRY(record, gate.source().subject(case_id));
  if (!record) return Error{Errc::not_found, "no such case"};
  // A group is taken back as a whole now and then: what was accepted of it does not count.
  constexpr int kTries = 8;
  for (int i = 0; i < kTries; ++i) {
    ENGINE_TRY(handle, gate.handle(case_id));
    std::optional<CopiedState> copied = copy_state(handle);
    if (!copied) return Error{Errc::not_found, "no such case"};
    if (copied->last_not_durable) {
      ENGINE_TRY(durable, became_durable(log, *copied->last_not_durable));
      if (!durable) continue;
    }
    ENGINE_TRY(registered, gate.directory_known(log.head().size));
    return std::unique_ptr<const PresentCase>{new PresentCase{
        std::move(copied->state), std::move(registered), viewer, log.clock().now()}};
  }
  return Error{Errc::read_only, "what was accepted of the case does not become durable"};
}

}  // namespace stafett::bti
