#pragma once
// The JSON form of a case's state: always the same keys, sorted by bytes; null where nothing is
// known.
//
// Threads: any.

#include <boost/json/object.hpp>
#include <string>

#include "projections/profile/profile.h"
#include "projections/state/case_state.h"

namespace stafett::bti {

// What people, cases and events are called.
class LabelResolver {
 public:
  virtual ~LabelResolver() = default;
  virtual std::string person(const ActorId& id) const = 0;
  virtual std::string case_id(const SubjectId& id) const = 0;
  virtual std::string event(const EventId& id) const = 0;
};

// `as_of`: the instant that the state was folded up to; statuses of the day are those of its local
// date. `profiles`: as known to the asker.
boost::json::object to_json(const CaseState& state, TimeUs as_of, const ProfileHistory& profiles,
                            const LabelResolver& labels);

}  // namespace stafett::bti
