#pragma once
// CaseTrack: the history of one case as the findings look at it: its acts in timeline order, its
// state after them, and on what basis each read was made when it was made.
//
// Threads:  one.
// Lifetime: the directory outlives it, and is as known to whoever asks.
// Limits:   about 200 bytes an event, and the state (case_state.h).

#include <array>
#include <span>
#include <utility>
#include <vector>

#include "projections/catalogue/registry.h"
#include "projections/findings/act.h"
#include "projections/state/case_fold.h"
#include "projections/state/directory.h"
#include "projections/state/timeline.h"

namespace stafett::bti {

class CaseTrack final {
 public:
  CaseTrack(const SubjectId& case_id, const Directory& directory)
      : directory_(&directory), fold_(case_id) {}

  // The next event of the timeline.
  void add(const TimelineEvent& next);

  const CaseState& state() const { return fold_.state(); }
  const Directory& directory() const { return *directory_; }
  const Names& names() const { return names_; }
  // Voided events are not among them.
  std::span<const Act> acts() const { return acts_; }
  // Places in acts() of one type, in timeline order.
  std::span<const std::uint32_t> places_of(EventType type) const {
    return by_type_[static_cast<std::size_t>(type)];
  }

 private:
  void judge_read(const Event& read, Act& act);
  void name_ahead(const Event& event);

  const Directory* directory_;
  CaseFold fold_;
  Names names_;
  std::vector<Act> acts_;
  std::array<std::vector<std::uint32_t>, kEventTypeCount + 1> by_type_;
  std::vector<std::pair<std::uint32_t, EventId>> named_ahead_;  // read (place in acts), event
};

}  // namespace stafett::bti
