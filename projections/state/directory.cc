#include "projections/state/directory.h"

#include <algorithm>
#include <boost/json/parse.hpp>

#include "projections/state/wire.h"

namespace stafett::bti {

using schema::EventType;

void Directory::apply(const Event& event) {
  switch (event.type) {
    case EventType::PERSON_REGISTERED:
      return register_person(event);
    case EventType::SERVICE_REGISTERED: {
      const auto facts = event.facts<schema::ServiceRegistered>();
      services_.insert_or_assign(std::string(text_of(facts.getService())), facts.getKind());
      return;
    }
    case EventType::PROFILE_PROPOSED: {
      const auto facts = event.facts<schema::ProfileProposed>();
      proposal_ = ProfileProposal{facts.getVersion(), facts.getEffectiveFrom(), event.actor,
                                  std::string(text_of(facts.getChanges()))};
      return;
    }
    case EventType::PROFILE_APPROVED:
      return approve_profile(event);
    case EventType::AUDIT_ACCESS_GRANTED:
      return grant(event);
    case EventType::AUDIT_ACCESS_APPROVED:
      return approve_grant(event);
    default:
      return;
  }
}

void Directory::register_person(const Event& event) {
  const auto facts = event.facts<schema::PersonRegistered>();
  Registration registration;
  registration.at = Moment::of(event.occurred_at, event.position);
  registration.position = event.position;
  for (const schema::Role role : facts.getRoles()) registration.roles.add(role);
  registration.service = text_of(facts.getService());
  registration.active = is_yes(facts.getActive());
  const auto identities = event.identities<schema::PersonRegistered>();
  people_[actor_of(identities.getPerson())].push_back(std::move(registration));
}

void Directory::approve_profile(const Event& event) {
  const auto facts = event.facts<schema::ProfileApproved>();
  if (!proposal_ || proposal_->version != facts.getVersion() ||
      proposal_->version != approved_version_ + 1)
    return;
  boost::json::error_code failed;
  const boost::json::value changes = boost::json::parse(proposal_->changes, failed);
  if (!failed && changes.is_object()) {
    auto profile = with_changes(profiles_.latest().profile, changes.get_object());
    if (profile) {
      ++approved_version_;
      profiles_.approve({static_cast<std::uint32_t>(approved_version_),
                         Date{proposal_->effective_from}, *std::move(profile)});
    }
  }
  proposal_.reset();
}

void Directory::grant(const Event& event) {
  const auto facts = event.facts<schema::AuditAccessGranted>();
  const auto identities = event.identities<schema::AuditAccessGranted>();
  AuditGrant::Version version;
  version.event = event.id;
  version.actor = event.actor;
  version.at = Moment::of(event.occurred_at, event.position);
  version.auditor = actor_of(identities.getAuditor());
  version.all_cases = is_yes(facts.getAllCases());
  for (const auto one : identities.getCases()) version.cases.push_back(id_of<SubjectId>(one));
  std::sort(version.cases.begin(), version.cases.end());
  version.from = facts.getFrom();
  version.to = facts.getTo();
  version.position = event.position;
  const std::string_view id = text_of(facts.getGrant());
  auto found = grants_.find(id);
  if (found == grants_.end()) found = grants_.emplace(id, AuditGrant{std::string(id), {}}).first;
  auto& versions = found->second.versions;
  const auto later = std::upper_bound(
      versions.begin(), versions.end(), version.at,
      [](const Moment& at, const AuditGrant::Version& other) { return at < other.at; });
  versions.insert(later, std::move(version));
}

void Directory::approve_grant(const Event& event) {
  const EventId target = event_of(event.facts<schema::AuditAccessApproved>().getTarget());
  for (auto& [id, grant] : grants_)
    for (AuditGrant::Version& version : grant.versions) {
      if (version.event != target) continue;
      const Moment at = Moment::of(event.occurred_at, event.position);
      if (at < version.approved) {
        version.approved = at;
        version.approved_position = event.position;
      }
    }
}

const Registration* Directory::person(const ActorId& person, DirectoryView view) const {
  const auto found = people_.find(person);
  if (found == people_.end()) return nullptr;
  const Registration* best = nullptr;
  for (const Registration& registration : found->second) {
    if (registration.position.value() >= view.known.value()) continue;
    if (!view.at)
      best = &registration;  // in position order: the last is the latest recorded
    else if (registration.at.at <= *view.at && (!best || best->at < registration.at))
      best = &registration;
  }
  return best;
}

std::vector<ActorId> Directory::people() const {
  std::vector<ActorId> out;
  out.reserve(people_.size());
  for (const auto& [person, registrations] : people_) out.push_back(person);
  return out;
}

schema::ServiceKind Directory::service_kind(std::string_view service) const {
  const auto found = services_.find(service);
  return found == services_.end() ? schema::ServiceKind::ABSENT : found->second;
}
bool Directory::has_service(std::string_view service) const {
  return services_.find(service) != services_.end();
}

const AuditGrant::Version* Directory::grant_version(const EventId& granted) const {
  for (const auto& [id, grant] : grants_)
    for (const AuditGrant::Version& version : grant.versions)
      if (version.event == granted) return &version;
  return nullptr;
}

const AuditGrant::Version* AuditGrant::covering(const ActorId& auditor, const SubjectId& case_id,
                                                std::int32_t day, Moment point,
                                                TreeSize known) const {
  // The latest version alone counts: one that shortens a grant shuts it until it is approved.
  const Version* latest = nullptr;
  for (const Version& version : versions)
    if (version.at < point && version.position.value() < known.value()) latest = &version;
  if (!latest || latest->auditor != auditor) return nullptr;
  if (!(latest->approved < point) || latest->approved_position.value() >= known.value())
    return nullptr;
  if (day < latest->from || day > latest->to) return nullptr;
  const bool covers =
      latest->all_cases || std::binary_search(latest->cases.begin(), latest->cases.end(), case_id);
  return covers ? latest : nullptr;
}

bool Directory::grant_covers(const ActorId& auditor, const SubjectId& case_id, std::int32_t day,
                             Moment point, TreeSize known) const {
  return std::any_of(grants_.begin(), grants_.end(), [&](const auto& named) {
    return named.second.covering(auditor, case_id, day, point, known) != nullptr;
  });
}

}  // namespace stafett::bti
