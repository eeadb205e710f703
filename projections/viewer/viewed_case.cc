#include "projections/viewer/viewed_case.h"

#include <algorithm>

#include "projections/state/case_build.h"

namespace stafett::bti {

std::optional<IdKind> id_kind_of(const FieldInfo& field) {
  if (!field.id_kind.empty()) return id_kind_named(field.id_kind);
  // LogOpened names the consents that it relies on, which need not exist.
  if (field.type == FieldType::LINE && field.name == "consents") return IdKind::consent;
  return std::nullopt;
}

ViewedCase::ViewedCase(const SubjectId& case_id, std::span<const EventPtr> recorded,
                       std::shared_ptr<const Directory> directory, const ViewerQuestion& question)
    : case_id_(case_id),
      question_(question),
      directory_(std::move(directory)),
      state_(build(case_id, recorded, question.known, question.at)),
      context_{state_,
               *directory_,
               {question.at, question.known.size},
               directory_->profiles().in_force(local_date(question.at)).profile},
      visibility_(context_, question.viewer, question.at) {
  see(recorded);
}

void ViewedCase::see(std::span<const EventPtr> recorded) {
  for (const EventPtr& event : recorded) {
    if (!question_.known.includes(*event)) continue;
    // Of the case's own streams, what has occurred by then lies in the state, as corrected.
    if (event->compartment == Compartment::access && event->occurred_at > question_.at) continue;
    const Sight sight = visibility_.sight(*event);
    if (sight.classes.empty()) continue;
    seen_.push_back({event, sight});
    shown_events_.insert(event->id);
    for (const LocalIdUse& use : references_of(*event).local_ids)
      if (use.use != IdUse::refers) shown_ids_.emplace(use.kind, use.id);
  }
  std::sort(seen_.begin(), seen_.end(), [](const SeenEvent& a, const SeenEvent& b) {
    return a.event->position < b.event->position;
  });
}

bool ViewedCase::shows(IdKind kind, std::string_view id) const {
  return shown_ids_.count({kind, std::string(id)}) != 0;
}

}  // namespace stafett::bti
