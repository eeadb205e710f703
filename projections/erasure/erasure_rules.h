#pragma once
// ErasureRules: may a case be ordered erased, on this ground, today?
//
//   retention  the log's archive receipt is as old as `retentionYears`
//   request    the family asked for it in the case, and it was granted
//   court      an order from outside: nothing in the case speaks for or against it
//   accesses   beside any of these: the last of them is as old as `readRetentionYears`
//
// Source:  docs/erasure.md
// Threads: pure functions.

#include <optional>
#include <string>

#include "engine/format/engine_event.h"
#include "projections/calendar/calendar.h"
#include "projections/profile/profile.h"
#include "projections/state/case_state.h"

namespace stafett::bti {

// Empty: it may. Else why not, for people; nothing of the case's content but dates.
std::optional<std::string> why_not_erased(const CaseState& state, format::ErasureBasis basis,
                                          Date today, const Profile& profile);
// `newest`: when the last of the accesses was recorded.
std::optional<std::string> why_accesses_stay(Date newest, Date today, const Profile& profile);

std::optional<format::ErasureBasis> basis_named(std::string_view name);
std::string_view basis_name(format::ErasureBasis basis);  // empty: none

}  // namespace stafett::bti
