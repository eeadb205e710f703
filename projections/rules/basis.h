#pragma once
// A reader's basis: on what ground someone reads a case.
//
// Threads: any.

#include <string_view>

#include "projections/profile/profile.h"
#include "projections/state/case_state.h"
#include "projections/state/consent.h"
#include "projections/state/directory.h"

namespace stafett::bti {

enum class Basis : std::uint8_t { ok, uncovered, expired, withdrawn, none };

struct Reading {
  ActorId reader;
  std::string_view service;  // as the read names it; empty: none
  schema::Capacity capacity = schema::Capacity::ABSENT;
  Moment point;  // of the read
};

// Where a reader is asked about: the state folded up to the point, and whose registrations count.
struct ReaderContext {
  const CaseState& state;
  const Directory& directory;
  DirectoryView view;      // hard rules: the latest recorded; else at the instant asked about
  const Profile& profile;  // in force on the date of the read
};

Basis basis_of(const Reading& reading, const ReaderContext& context);

// Shared with visibility.
// The service for whose sake someone takes part: the one given, or for a guardian without one, from
// the child's 18th birthday, that of the latest active participation of one's own.
std::string_view acting_service(const CaseState& state, const ActorId& reader,
                                std::string_view service, Date day);
bool is_pre_log_reader(const ActorId& reader, Moment point, const Registration& registration,
                       const ReaderContext& context);
// A BreakGlassUsed opens the case to its person at the point: so long without approval.
inline constexpr std::int64_t kUnapprovedGlassUs = 60LL * 60 * 1'000'000;
bool glass_is_broken(const CaseState& state, const ActorId& person, Moment point);
bool leads_home_service(const CaseState& state, const Registration& registration);
bool leads_holders_service(const CaseState& state, const Registration& registration);
// EscalatedToKe, IpGranted or CoordinatorNamed lies in the state.
bool coordinator_is_called(const CaseState& state);
// The holder while the log is open, or closed and not archived.
bool holds_readable_log(const CaseState& state, const ActorId& person);

}  // namespace stafett::bti
