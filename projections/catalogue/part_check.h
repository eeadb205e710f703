#pragma once
// Judges parts that a client made and signed, exactly as encode() judges JSON, and lays corrections
// over them.
//
// Source:  docs/reference/events.md; parts.capnp
// Threads: functions are pure; a context is used by one thread at a time.
// Limits:  kPartBytesMax per part; work is bounded by the bytes received.

#include <functional>

#include "projections/catalogue/codec.h"

namespace stafett::bti {

// Type of a recorded event; empty: unknown.
using TypeOf = std::function<std::optional<EventType>(const EventId&)>;

struct CheckedParts {
  const EventInfo* event = nullptr;
  std::optional<SubjectId> case_id;
  std::vector<NewLabel> labels;
};
// Canonical bytes, a known type, only fields of each part's class and of this catalogue, required
// fields present, the limits of JSON. A narrative or identity part that holds nothing is refused.
// EntryCorrected of an unknown target: its changes are not judged (the rules refuse the event).
// `not_given`: classes that the event may have and whose parts are not here; what they must hold is
// not asked.
Checked<CheckedParts> check_parts(const PartViews& parts, const TypeOf& type_of,
                                  Withheld not_given = {});

// The target's parts with a correction's changes laid over them, canonical. A class that `target`
// or `correction` lacks is taken as it is. Fields required by the type are all there, when all of
// the target's classes are given.
// Fault (kind correction): a required field is removed, an id is changed.
// Errors within: parts that check_parts() would refuse give a schema fault.
Checked<EncodedParts> apply_changes(const EventInfo& target_event, const PartViews& target,
                                    const PartViews& correction);

// The names of the fields that a correction changes, all given classes, sorted by bytes.
Checked<std::vector<std::string>> changed_fields(const PartViews& correction);

}  // namespace stafett::bti
