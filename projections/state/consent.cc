#include "projections/state/consent.h"

#include <algorithm>
#include <array>

namespace stafett::bti {

struct ConsentView::Wanted {
  Scope::Kind kind;
  ServiceNo service = kNoService;
  std::string_view municipality;

  Wanted(const CaseState& state, Scope scope) : kind(scope.kind) {
    if (kind == Scope::Kind::service) service = state.find_service(scope.name);
    if (kind == Scope::Kind::transfer) municipality = scope.name;
  }
  bool names(const std::vector<ServiceNo>& services) const {
    return service != kNoService &&
           std::find(services.begin(), services.end(), service) != services.end();
  }
  bool covered_by(const Consent& consent) const {
    switch (kind) {
      case Scope::Kind::service:
        return names(consent.services);
      case Scope::Kind::open_log:
        return consent.open_log;
      case Scope::Kind::transfer:
        return !consent.transfer_to.empty() && consent.transfer_to == municipality;
    }
    return false;
  }
  bool covered_by(const ConsentRefusal& refusal) const {
    switch (kind) {
      case Scope::Kind::service:
        return names(refusal.services);
      case Scope::Kind::open_log:
        return refusal.open_log;
      case Scope::Kind::transfer:
        return false;  // a refusal names no municipality
    }
    return false;
  }
  // When the scope was taken away from the consent that covers it.
  Moment withdrawn_from(const Consent& consent) const {
    Moment first = withdrawn_at(consent);
    for (const Withdrawal& withdrawal : consent.withdrawals)
      if (names(withdrawal.services)) first = std::min(first, withdrawal.at);
    return first;
  }
};

namespace {

// Bad to good, as consentAllGuardians looks for the worst and its opposite for the best.
constexpr std::array kWorstFirst = {ConsentStatus::refused, ConsentStatus::withdrawn,
                                    ConsentStatus::missing, ConsentStatus::expired,
                                    ConsentStatus::covered};
constexpr std::array kBestFirst = {ConsentStatus::covered, ConsentStatus::expired,
                                   ConsentStatus::withdrawn, ConsentStatus::refused,
                                   ConsentStatus::missing};
using Order = std::array<ConsentStatus, 5>;

ConsentStatus first_in(const Order& order, ConsentStatus a, ConsentStatus b) {
  return std::find(order.begin(), order.end(), a) < std::find(order.begin(), order.end(), b) ? a
                                                                                             : b;
}

// Keeps the status of the latest fact before the point.
class Latest {
 public:
  explicit Latest(Moment point) : point_(point) {}
  void fact(Moment at, ConsentStatus status) {
    if (!(at < point_) || (found_ && at < at_)) return;
    found_ = true;
    at_ = at;
    status_ = status;
  }
  ConsentStatus status() const { return status_; }

 private:
  Moment point_;
  bool found_ = false;
  Moment at_;
  ConsentStatus status_ = ConsentStatus::missing;
};

Moment effect_of_replacement(const Consent& replacing) {
  return std::max(replacing.at, Moment::before_all(start_of_day(Date{replacing.from})));
}

}  // namespace

std::string_view status_name(ConsentStatus status) {
  static constexpr std::string_view kNames[] = {"covered", "expired", "withdrawn", "refused",
                                                "missing"};
  return kNames[static_cast<std::size_t>(status)];
}

bool has_reached(const CaseState& state, int years, Date day) {
  if (state.subject_kind != schema::SubjectKind::CHILD || state.birth_date == kNoDate) return false;
  return day >= birthday(Date{state.birth_date}, years);
}
bool is_adult_child(const CaseState& state, Date day) {
  return has_reached(state, 18, day);
}

Date ConsentView::effective_end(const Consent& consent) const {
  const Profile& given_under = profiles_.in_force(local_date(consent.at.at)).profile;
  const Date longest = add_months(Date{consent.from}, given_under.consent_max_months);
  return consent.to == kNoDate ? longest : std::min(longest, Date{consent.to});
}

Moment ConsentView::replaced_at(const Consent& consent, Moment point) const {
  Moment first = kNever;
  for (const Consent& other : state_.consents)
    if (other.replaces == consent.id && other.at < point)
      first = std::min(first, effect_of_replacement(other));
  return first < point ? first : kNever;
}

Moment ConsentView::withdrawn_at(const Consent& consent) {
  Moment whole = kNever;
  for (const Withdrawal& withdrawal : consent.withdrawals)
    if (withdrawal.whole) whole = std::min(whole, withdrawal.at);
  if (consent.open_log || consent.services.empty()) return whole;
  Moment all_taken = kBeforeAll;
  for (const ServiceNo service : consent.services) {
    Moment taken = kNever;
    for (const Withdrawal& withdrawal : consent.withdrawals)
      if (std::find(withdrawal.services.begin(), withdrawal.services.end(), service) !=
          withdrawal.services.end())
        taken = std::min(taken, withdrawal.at);
    all_taken = std::max(all_taken, taken);
  }
  return std::min(whole, all_taken);
}

const Consent* ConsentView::granting(const ActorId& person, const Wanted& wanted, Moment point,
                                     Moment granted_before) const {
  const Date day = local_date(point.at);
  for (const Consent& consent : state_.consents)
    if (consent.consenter == person && consent.at < point && consent.at < granted_before &&
        wanted.covered_by(consent) && Date{consent.from} <= day && day <= effective_end(consent) &&
        !(wanted.withdrawn_from(consent) < point) && replaced_at(consent, point) == kNever)
      return &consent;
  return nullptr;
}

ConsentStatus ConsentView::person_status(const ActorId& person, const Wanted& wanted, Moment point,
                                         Moment granted_before) const {
  if (granting(person, wanted, point, granted_before)) return ConsentStatus::covered;
  Latest latest(point);
  for (const Consent& consent : state_.consents) {
    if (consent.consenter != person || !(consent.at < point) || !(consent.at < granted_before) ||
        !wanted.covered_by(consent))
      continue;
    const Moment withdrawn = wanted.withdrawn_from(consent);
    const Moment replaced = replaced_at(consent, point);
    latest.fact(withdrawn, ConsentStatus::withdrawn);
    const Moment expiry = Moment::before_all(start_of_day(effective_end(consent) + 1));
    if (!(withdrawn < expiry) && !(replaced < expiry)) latest.fact(expiry, ConsentStatus::expired);
    for (const Consent& other : state_.consents)
      if (other.replaces == consent.id && other.at < point && !wanted.covered_by(other))
        latest.fact(effect_of_replacement(other), ConsentStatus::withdrawn);
  }
  for (const ConsentRefusal& refusal : state_.refusals)
    if (refusal.consenter == person && wanted.covered_by(refusal))
      latest.fact(refusal.at, ConsentStatus::refused);
  return latest.status();
}

bool ConsentView::guardian_counts(const Guardian& guardian, Moment point) const {
  bool responsible = false;
  for (const Guardian::Link& link : guardian.links)
    if (link.at < point) responsible = link.responsibility;
  return responsible && !(guardian.exempted < point);
}

ConsentStatus ConsentView::guardians_status(const Wanted& wanted, Moment point,
                                            Moment granted_before) const {
  const Order& order = profile_.consent_all_guardians ? kWorstFirst : kBestFirst;
  bool any = false;
  ConsentStatus all = ConsentStatus::missing;
  for (const Guardian& guardian : state_.guardians) {
    if (!guardian_counts(guardian, point)) continue;
    const ConsentStatus own = person_status(guardian.person, wanted, point, granted_before);
    all = any ? first_in(order, all, own) : own;
    any = true;
  }
  return all;
}

bool ConsentView::has_decided(const ActorId& person, const Wanted& wanted, Moment point) const {
  for (const Consent& consent : state_.consents)
    if (consent.consenter == person && consent.at < point && wanted.covered_by(consent))
      return true;
  for (const ConsentRefusal& refusal : state_.refusals)
    if (refusal.consenter == person && refusal.at < point && wanted.covered_by(refusal))
      return true;
  return false;
}

ConsentStatus ConsentView::person_status(const ActorId& person, Scope scope, Moment point) const {
  return person_status(person, Wanted(state_, scope), point, kNever);
}

const Consent* ConsentView::granting(const ActorId& person, Scope scope, Moment point) const {
  return granting(person, Wanted(state_, scope), point, kNever);
}

ConsentStatus ConsentView::status(Scope scope, Moment point) const {
  const Wanted wanted(state_, scope);
  const ActorId& subject = state_.subject;
  if (state_.subject_kind == schema::SubjectKind::PREGNANT)
    return person_status(subject, wanted, point, kNever);
  const Date day = local_date(point.at);
  if (is_adult_child(state_, day)) return person_status(subject, wanted, point, kNever);
  if (!has_reached(state_, profile_.age_own_consent, day))
    return guardians_status(wanted, point, kNever);
  if (!has_decided(subject, wanted, point)) {
    const Date reached = birthday(Date{state_.birth_date}, profile_.age_own_consent);
    return guardians_status(wanted, point, Moment::before_all(start_of_day(reached)));
  }
  const ConsentStatus own = person_status(subject, wanted, point, kNever);
  if (profile_.own_consent_mode == OwnConsentMode::replaces) return own;
  return first_in(kWorstFirst, guardians_status(wanted, point, kNever), own);
}

std::vector<ActorId> ConsentView::required_consenters(Moment point) const {
  if (state_.subject_kind == schema::SubjectKind::PREGNANT) return {state_.subject};
  const Date day = local_date(point.at);
  if (is_adult_child(state_, day)) return {state_.subject};
  const bool of_age = has_reached(state_, profile_.age_own_consent, day);
  if (of_age && profile_.own_consent_mode == OwnConsentMode::replaces) return {state_.subject};
  std::vector<ActorId> required;
  for (const Guardian& guardian : state_.guardians)
    if (guardian_counts(guardian, point)) required.push_back(guardian.person);
  if (of_age) required.push_back(state_.subject);
  return required;
}

}  // namespace stafett::bti
