#pragma once
// The JSON that a viewer gets: of events, with what he is not given set to null and what would tell
// of something hidden left out; of a state, with what cannot be known from the classes given set to
// null.
//
// Source:  docs/reference/visibility.md
// Threads: any.

#include <boost/json/object.hpp>

#include "projections/catalogue/codec.h"
#include "projections/state/case_json.h"
#include "projections/viewer/viewed_case.h"

namespace stafett::bti {

// Names as the viewer gets them; a correction's target is known by what the case was decided by.
class SeenNames final : public DecodeContext {
 public:
  SeenNames(const LabelResolver& labels, const ViewedCase& viewed)
      : labels_(labels), viewed_(viewed) {}
  std::string person(const ActorId& id) const override { return labels_.person(id); }
  std::string case_id(const SubjectId& id) const override { return labels_.case_id(id); }
  std::string event(const EventId& id) const override { return labels_.event(id); }
  std::optional<EventType> type_of(const EventId& id) const override;

 private:
  const LabelResolver& labels_;
  const ViewedCase& viewed_;
};

Withheld not_given(ClassSet classes);

// `event`: the form of recorded_json(), of the classes given. `version`: its place among the events
// of its stream that this viewer gets.
void limit_event(boost::json::object& event, const SeenEvent& seen, std::uint64_t version,
                 const ViewedCase& viewed);

// `state`: the form of to_json(), folded over what the viewer is given.
void limit_state(boost::json::object& state, const ViewedCase& viewed);

}  // namespace stafett::bti
