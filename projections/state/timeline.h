#pragma once
// Timeline: what was known of a case at some size or time, corrections of that knowledge applied,
// in the order in which it happened.
//
// Source:  docs/reference/corrections.md
// Threads: any.

#include <optional>
#include <span>
#include <vector>

#include "projections/state/event.h"
#include "projections/state/moment.h"

namespace stafett::bti {

// What the asker may know: entries [0, size) recorded at or before `recorded_at`.
struct Knowledge {
  TreeSize size{UINT64_MAX};
  TimeUs recorded_at{INT64_MAX};
  bool includes(const Event& event) const {
    return event.position.value() < size.value() && event.recorded_at <= recorded_at;
  }
};

struct TimelineEvent {
  EventPtr event;  // corrected: a copy where a correction changes it
  bool voided = false;
  bool settled = false;  // a correction that has been laid over its target
};

// `recorded`: events of one case (any of its streams), any order, each once. Keeps what is known
// and occurred (corrected) at or before `as_of`. Corrections count from their recordedAt on, for
// every `as_of`. Voided events stay, marked.
std::vector<TimelineEvent> timeline(std::span<const EventPtr> recorded, Knowledge known,
                                    TimeUs as_of);

// `target` as `corrections` (EntryCorrected events that name it, in position order) leave it; null
// when one of them voids it.
EventPtr corrected(const EventPtr& target, std::span<const EventPtr> corrections);

// The event with one more correction laid over it: its changes and its occurredAt; a void is not
// looked at. Null: the changes do not fit the target.
EventPtr with_correction(const Event& target, const Event& correction);

}  // namespace stafett::bti
