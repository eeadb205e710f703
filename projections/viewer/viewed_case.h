#pragma once
// ViewedCase: one case before one viewer: which of its events he is given, and what of each. The
// one place that decides; whoever hands out opens no more than is said here.
//
// Deciding takes the facts and identities of all events, which the program opens for itself; no
// narrative. Nothing of that leaves this class but the decision.
//
// Source:   docs/reference/visibility.md
// Threads:  a value; one at a time, as its events are.

#include <memory>
#include <optional>
#include <set>
#include <span>
#include <vector>

#include "projections/rules/visibility.h"
#include "projections/state/references.h"
#include "projections/state/timeline.h"

namespace stafett::bti {

// Who asks, and where on the two axes of time.
struct ViewerQuestion {
  ActorId viewer;
  TimeUs at;  // statuses, ages and roles are those of this instant
  Knowledge known;
};

// One event that the viewer is given.
struct SeenEvent {
  EventPtr event;  // with all that deciding took: not to be handed out
  Sight sight;
};

// The kind of local id that the field holds, also where the schema has it as a line.
std::optional<IdKind> id_kind_of(const FieldInfo& field);

class ViewedCase final {
 public:
  // `recorded`: all events of the case, any stream, any order, each once.
  // `directory`: as known to the asker.
  ViewedCase(const SubjectId& case_id, std::span<const EventPtr> recorded,
             std::shared_ptr<const Directory> directory, const ViewerQuestion& question);
  ViewedCase(const ViewedCase&) = delete;
  ViewedCase& operator=(const ViewedCase&) = delete;

  // In position order; nothing that is hidden.
  const std::vector<SeenEvent>& seen() const { return seen_; }
  bool shows(const EventId& event) const { return shown_events_.count(event) != 0; }
  // Some event that created the local id is shown.
  bool shows(IdKind kind, std::string_view id) const;

  const SubjectId& case_id() const { return case_id_; }
  const ViewerQuestion& question() const { return question_; }
  const Visibility& visibility() const { return visibility_; }
  const Directory& directory() const { return *directory_; }
  // Of everything, hidden or not: for deciding, not to be handed out.
  const CaseState& whole() const { return state_; }

 private:
  void see(std::span<const EventPtr> recorded);

  SubjectId case_id_;
  ViewerQuestion question_;
  std::shared_ptr<const Directory> directory_;
  CaseState state_;
  ReaderContext context_;
  Visibility visibility_;
  std::vector<SeenEvent> seen_;
  std::set<EventId> shown_events_;
  std::set<std::pair<IdKind, std::string>> shown_ids_;
};

}  // namespace stafett::bti
