#pragma once
// The hard rules: what the log refuses to record, because it would falsify the log or hand out
// data. All else is recorded, and findings judge it.
//
// Pure: no clock, no I/O. The rules see every recorded event of the case (the state is the fold
// without asOf) and the latest directory; the profile is the version in force on the local date of
// the new event.
//
// Threads: any, while nobody changes what the attempt borrows.

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "projections/catalogue/codec.h"
#include "projections/state/case_state.h"
#include "projections/state/directory.h"

namespace stafett::bti {

// What an EntryCorrected would make of its target. REQUIRED for it, when the target is one that can
// be corrected (correctable_target()) and the changes fit it.
struct CorrectionAttempt {
  const Event& before;  // as known before: earlier corrections applied
  const Event& after;
};

// The event as it would be recorded, and what only its recorder knows.
struct Attempt {
  const Event& event;  // type UNSET when the type is unknown: then there is a schema fault
  // Kind schema is H04; kind correction (changes that do not fit the target) is H26.
  const SchemaFault* fault = nullptr;
  const CorrectionAttempt* correction = nullptr;
  // EntryRead that occurred before the latest event of the case: the state as of its occurredAt.
  // Null: the state itself.
  const CaseState* state_at_read = nullptr;
  // Finds events of the case that its state does not index: those of its access stream. May be
  // empty: then there are none.
  std::function<EventPtr(const EventId&)> find_access_event = {};
};

struct Refusal {
  std::uint8_t number = 0;  // 1-34
  std::string_view rule;    // "H01"; static
  std::string_view code;    // "unknown-actor"; static
  std::string detail;       // for people; names no person
  std::optional<std::string> pointer;

  friend bool operator==(const Refusal&, const Refusal&) = default;
};

// The first rule, in number order, that refuses the attempt. `state` is null when the case has no
// events, and for the types of the audit and directory streams.
std::optional<Refusal> judge(const Attempt& attempt, const CaseState* state,
                             const Directory& directory);

// The target of an EntryCorrected, when it is one that can be corrected at all; else null. The
// caller then loads it, applies what corrections there are, and fills a CorrectionAttempt.
const EventRef* correctable_target(const Event& correction, const CaseState& state);

}  // namespace stafett::bti
