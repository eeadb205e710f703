#pragma once
// PresentCase: one case before one viewer, now: which of its events he is given, by the state that
// the gate has of it. No event is opened to decide; ViewedCase decides alike, for any instant.
//
// Source:   docs/reference/visibility.md
// Threads:  a value; read it from any.

#include <memory>

#include "projections/gate/bti_gate.h"
#include "projections/rules/visibility.h"

namespace stafett::bti {

class PresentCase final {
 public:
  // By all that is durable, and maybe more that has become so meanwhile. Errors: not_found (no such
  // case), read_only, corrupt, io.
  static Result<std::unique_ptr<const PresentCase>> of(log::Log& log, BtiGate& gate,
                                                       const SubjectId& case_id,
                                                       const ActorId& viewer);
  PresentCase(const PresentCase&) = delete;
  PresentCase& operator=(const PresentCase&) = delete;

  // Whether neither the case nor the directory has changed since; what the time alone changes it
  // does not tell. Errors: corrupt, io.
  Result<bool> is_still(BtiGate& gate) const;

  const Visibility& visibility() const { return visibility_; }
  // Of everything, hidden or not: for deciding, not to be handed out.
  const CaseState& whole() const { return *state_; }
  const Directory& directory() const { return *directory_; }
  const std::shared_ptr<const Directory>& shared_directory() const { return directory_; }
  const ActorId& viewer() const { return viewer_; }
  TimeUs at() const { return at_; }

 private:
  PresentCase(CasePtr handle, std::shared_ptr<const CaseState> state,
              std::shared_ptr<const Directory> directory, const ActorId& viewer, TimeUs at);

  const CasePtr handle_;
  const std::shared_ptr<const CaseState> state_;
  const std::shared_ptr<const Directory> directory_;
  const ActorId viewer_;
  const TimeUs at_;
  const ReaderContext context_;
  const Visibility visibility_;
};

}  // namespace stafett::bti
