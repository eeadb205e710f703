#pragma once
// ViewerReader: a case as one person may see it: decides what is given, opens that and no more, and
// hands it out.
//
// Source:   docs/reference/visibility.md
// Threads:  any.
// Lifetime: log, gate and watch outlive it.

#include <memory>
#include <string>

#include "projections/recorder/case_reader.h"
#include "projections/viewer/viewed_case.h"

namespace stafett::bti {

// The instant at which a viewer is asked about: of the two axes, one that is not given is where the
// other one is, and without any both are now. Errors: not_found (a size that the log has not), io.
Result<Axes> viewer_axes(log::Log& log, const Axes& asked);

class ViewerReader final {
 public:
  // `watch`: told of every part that is opened in order to hand it out; may be null.
  ViewerReader(log::Log& log, BtiGate& gate, log::PartWatch* watch = nullptr)
      : log_(log), gate_(gate), watch_(watch) {}

  // Errors: not_found (nobody has been called that).
  Result<ActorId> person_named(const std::string& label) const;

  // `axes`: both given, as viewer_axes() leaves them. Errors of all: not_found (no such case),
  // corrupt, io.
  // The form of CaseReader::state(), folded over the events that the viewer is given.
  Result<boost::json::object> state(const SubjectId& case_id, const ActorId& viewer,
                                    const Axes& axes) const;
  // The events that the viewer is given, in position order.
  Result<boost::json::array> history(const SubjectId& case_id, const ActorId& viewer,
                                     const Axes& axes) const;

  // What is decided, for whoever hands out something else of it.
  Result<std::unique_ptr<ViewedCase>> view(const SubjectId& case_id, const ActorId& viewer,
                                           const Axes& axes) const;
  // The same for whoever has the directory as it was known then.
  Result<std::unique_ptr<ViewedCase>> view(const SubjectId& case_id, const ActorId& viewer,
                                           const Axes& axes,
                                           std::shared_ptr<const Directory> directory) const;

 private:
  log::Opening opening(ClassSet classes) const;

  log::Log& log_;
  BtiGate& gate_;
  log::PartWatch* watch_;
};

}  // namespace stafett::bti
