#pragma once
// Directory: people with their roles and service, services with their kind, the profile and the
// auditors' grants: the fold of the log's directory and audit streams.
//
// Threads:  one writer; readers only while nobody applies.
// Limits:   memory grows with registrations, not with cases.

#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "projections/profile/profile.h"
#include "projections/state/event.h"
#include "projections/state/moment.h"

namespace stafett::bti {

// Directory roles as a set: bit n is schema::Role n.
class Roles final {
 public:
  constexpr Roles() = default;
  constexpr Roles(std::initializer_list<schema::Role> roles) {
    for (const schema::Role role : roles) add(role);
  }
  constexpr void add(schema::Role role) {
    bits_ = static_cast<std::uint16_t>(bits_ | 1u << static_cast<unsigned>(role));
  }
  constexpr bool has(schema::Role role) const {
    return (bits_ >> static_cast<unsigned>(role) & 1u) != 0;
  }
  constexpr bool any_of(Roles other) const { return (bits_ & other.bits_) != 0; }
  friend constexpr bool operator==(const Roles&, const Roles&) = default;

 private:
  std::uint16_t bits_ = 0;
};

struct Registration {
  Moment at;
  Position position;
  Roles roles;
  std::string service;  // empty: none
  bool active = false;
};

// What the readers of a directory ask about: the latest recorded, or an instant in the past.
struct DirectoryView {
  // Absent: the latest recorded. Else the registration in force at that instant.
  std::optional<TimeUs> at = std::nullopt;
  // Only what lies in entries [0, known).
  TreeSize known{UINT64_MAX};
};

struct AuditGrant {
  struct Version {
    EventId event;
    ActorId actor;
    Moment at;
    ActorId auditor;
    bool all_cases = false;
    std::vector<SubjectId> cases;  // sorted
    std::int32_t from = kNoDate;
    std::int32_t to = kNoDate;
    Moment approved = kNever;
    Position approved_position{UINT64_MAX};
    Position position;
  };
  // The latest version at the point, when it is approved by then, this auditor's, and covers the
  // case on `day`. Null: it does not cover.
  const Version* covering(const ActorId& auditor, const SubjectId& case_id, std::int32_t day,
                          Moment point, TreeSize known) const;

  std::string id;
  std::vector<Version> versions;  // in timeline order
};

struct ProfileProposal {
  std::int64_t version = 0;
  std::int32_t effective_from = kNoDate;
  ActorId proposer;
  std::string changes;  // canonical JSON
};

class Directory final {
 public:
  explicit Directory(ProfileHistory profiles) : profiles_(std::move(profiles)) {}

  // Total: events of other streams, and what cannot be understood, change nothing.
  void apply(const Event& event);

  // Null: not registered (as far as the view goes).
  const Registration* person(const ActorId& person, DirectoryView view = {}) const;
  // Everybody who was ever registered, in no order that means anything.
  std::vector<ActorId> people() const;
  // `absent`: not registered. The latest registration by position.
  schema::ServiceKind service_kind(std::string_view service) const;
  bool has_service(std::string_view service) const;

  const ProfileHistory& profiles() const { return profiles_; }
  // The number of the last approved version.
  std::int64_t approved_version() const { return approved_version_; }
  // The latest proposal that waits for its approval.
  const std::optional<ProfileProposal>& proposal() const { return proposal_; }

  // Null: no such event, or it is no AuditAccessGranted.
  const AuditGrant::Version* grant_version(const EventId& granted) const;
  // A grant of this auditor that covers the case on `day` and is approved, at the point.
  bool grant_covers(const ActorId& auditor, const SubjectId& case_id, std::int32_t day,
                    Moment point, TreeSize known = TreeSize{UINT64_MAX}) const;
  const std::map<std::string, AuditGrant, std::less<>>& grants() const { return grants_; }

 private:
  void register_person(const Event& event);
  void grant(const Event& event);
  void approve_grant(const Event& event);
  void approve_profile(const Event& event);

  ProfileHistory profiles_;
  std::int64_t approved_version_ = 1;
  std::optional<ProfileProposal> proposal_;
  // In position order.
  std::unordered_map<ActorId, std::vector<Registration>, IdHash> people_;
  std::map<std::string, schema::ServiceKind, std::less<>> services_;
  std::map<std::string, AuditGrant, std::less<>> grants_;
};

}  // namespace stafett::bti
