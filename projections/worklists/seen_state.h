#pragma once
// SeenState: a case as one viewer sees it: timeline and state over the events given, without the
// classes that are not.
//
// Threads: a value; one at a time, as its events are.

#include <vector>

#include "projections/viewer/viewed_case.h"

namespace stafett::bti {

struct SeenState {
  explicit SeenState(const ViewedCase& viewed);
  std::vector<TimelineEvent> events;  // of the case's own streams; voided ones are not here
  CaseState state;
};

}  // namespace stafett::bti
