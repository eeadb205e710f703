#pragma once
// Consent status: may a service take part, may the log be kept, may it be handed to another
// municipality, at a place in the timeline.
//
// Pure. The state may hold events after the point: only what lies before it counts.
// Threads: any.

#include <cstdint>
#include <string_view>
#include <vector>

#include "projections/calendar/calendar.h"
#include "projections/profile/profile.h"
#include "projections/state/case_state.h"

namespace stafett::bti {

enum class ConsentStatus : std::uint8_t { covered, expired, withdrawn, refused, missing };
std::string_view status_name(ConsentStatus status);  // "covered", ...

struct Scope {
  enum class Kind : std::uint8_t { service, open_log, transfer };
  Kind kind = Kind::open_log;
  std::string_view name;  // the service's id, or the municipality's number; borrowed

  static Scope service(std::string_view id) { return {Kind::service, id}; }
  static Scope open_log() { return {Kind::open_log, {}}; }
  static Scope transfer(std::string_view municipality) { return {Kind::transfer, municipality}; }
};

// Answers for one case and one profile in force. Borrows all three.
class ConsentView final {
 public:
  // `profile`: in force on the date of the rule's anchor. `profiles`: for the effective end of a
  // consent, which the version in force when it was given decides.
  ConsentView(const CaseState& state, const Profile& profile, const ProfileHistory& profiles)
      : state_(state), profile_(profile), profiles_(profiles) {}

  ConsentStatus status(Scope scope, Moment point) const;
  // One person's own: `covered` means granted.
  ConsentStatus person_status(const ActorId& person, Scope scope, Moment point) const;
  // The consent that makes the person's own status granted at the point; null when none does.
  const Consent* granting(const ActorId& person, Scope scope, Moment point) const;
  // Who must have consented, at the point.
  std::vector<ActorId> required_consenters(Moment point) const;
  Date effective_end(const Consent& consent) const;
  // When `consent` was replaced: kNever when it was not (before the point).
  Moment replaced_at(const Consent& consent, Moment point) const;
  // When the whole consent was withdrawn, directly or service by service.
  static Moment withdrawn_at(const Consent& consent);

 private:
  struct Wanted;  // a scope in the state's own numbers

  // `granted_before`: only consents given before that instant count (carried over at a birthday).
  ConsentStatus person_status(const ActorId& person, const Wanted& wanted, Moment point,
                              Moment granted_before) const;
  const Consent* granting(const ActorId& person, const Wanted& wanted, Moment point,
                          Moment granted_before) const;
  ConsentStatus guardians_status(const Wanted& wanted, Moment point, Moment granted_before) const;
  bool has_decided(const ActorId& person, const Wanted& wanted, Moment point) const;
  bool guardian_counts(const Guardian& guardian, Moment point) const;

  const CaseState& state_;
  const Profile& profile_;
  const ProfileHistory& profiles_;
};

// The child's age rules at a point; a pregnant subject or an unknown birth date has none.
bool is_adult_child(const CaseState& state, Date day);          // from the 18th birthday
bool has_reached(const CaseState& state, int years, Date day);  // false when unknown

}  // namespace stafett::bti
