#pragma once
// Building a case's state: from scratch at any (asOf, knownAt), or kept up event by event.
//
// Threads: build() any; a CaseRecord one.

#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "engine/base/result.h"
#include "projections/state/case_fold.h"
#include "projections/state/timeline.h"

namespace stafett::bti {

// `next` is the next of the timeline.
inline void add_to(CaseFold& fold, const TimelineEvent& next) {
  next.voided ? fold.apply_voided(*next.event) : fold.apply(*next.event);
}

// `recorded`: the case's events, any streams, any order, each once.
CaseState build(const SubjectId& case_id, std::span<const EventPtr> recorded, Knowledge known = {},
                TimeUs as_of = TimeUs{INT64_MAX});

// The state after all recorded events of a case, kept up as they come. An event that is the last of
// the timeline and no correction, or one that is settled, is folded in; any other needs the case's
// events once more.
class CaseRecord final {
 public:
  // Reads every event recorded in the case so far: with or without the one being added.
  using Loader = std::function<Result<std::vector<EventPtr>>()>;

  explicit CaseRecord(const SubjectId& case_id) : fold_(case_id) {}
  // Goes on from a snapshot.
  explicit CaseRecord(CaseState state) : fold_(std::move(state)) {}

  const CaseState& state() const { return fold_.state(); }
  // The same for those who keep it, as it never changes: copied once for all who ask until it
  // changes.
  std::shared_ptr<const CaseState> shared();
  // Whether `shared` was given and nothing was added since.
  bool is_still(const std::shared_ptr<const CaseState>& shared) const {
    return shared && shared == shared_;
  }
  // Whether add() of it will call the loader.
  bool needs_rebuild(const TimelineEvent& next) const;
  // Events come in position order. Errors: the loader's; the record then lacks the event and is to
  // be thrown away.
  Result<void> add(const TimelineEvent& next, const Loader& load);

 private:
  CaseFold fold_;
  std::shared_ptr<const CaseState> shared_;  // null: nobody asked since it changed
};

}  // namespace stafett::bti
