#pragma once
// What the folds share: when an event happened, and what an event names by its id.

#include <string_view>
#include <vector>

#include "projections/calendar/calendar.h"
#include "projections/state/event.h"
#include "projections/state/moment.h"

namespace stafett::bti {

// The local day on which it happened, in days since 1970-01-01.
inline std::int32_t day_of(const Event& event) {
  return local_date(event.occurred_at).days();
}
inline Moment moment_of(const Event& event) {
  return Moment::of(event.occurred_at, event.position);
}

// Null: no element has this id.
template <class T>
T* by_id(std::vector<T>& all, std::string_view id) {
  for (T& one : all)
    if (one.id == id) return &one;
  return nullptr;
}

}  // namespace stafett::bti
