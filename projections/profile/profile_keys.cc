#include "projections/profile/profile_keys.h"

#include <algorithm>

namespace stafett::bti {

namespace {

template <auto Member>
ChoiceKey choice(std::span<const std::string_view> words) {
  using Enum = std::remove_reference_t<decltype(std::declval<Profile&>().*Member)>;
  return {words, [](const Profile& profile) { return static_cast<std::size_t>(profile.*Member); },
          [](Profile& profile, std::size_t word) { profile.*Member = static_cast<Enum>(word); }};
}

constexpr std::string_view kOwnConsentMode[] = {"adds", "replaces"};
constexpr std::string_view kConsentExpiry[] = {"block", "warn"};
constexpr std::string_view kChildHeardRequired[] = {"evaluation", "close", "both"};
constexpr std::string_view kIpClosesLog[] = {"entitled", "entitledAndWanted"};
constexpr std::string_view kArchiveTarget[] = {"fiks", "manual"};
constexpr std::string_view kPreLogReaders[] = {"involved", "service"};

const ProfileKey kKeys[] = {
    {"ageOwnAccess", IntKey{&Profile::age_own_access, 7, 18}},
    {"ageOwnConsent", IntKey{&Profile::age_own_consent, 12, 18}},
    {"archiveDays", &Profile::archive_days},
    {"archiveReceiptDays", &Profile::archive_receipt_days},
    {"archiveTarget", choice<&Profile::archive_target>(kArchiveTarget)},
    {"auditGrantMaxDays", IntKey{&Profile::audit_grant_max_days, 1, 365}},
    {"backdateDays", IntKey{&Profile::backdate_days, 0, 365}},
    {"batonAcceptDays", &Profile::baton_accept_days},
    {"childHeardBeforeCloseDays", IntKey{&Profile::child_heard_before_close_days, 0, 365}},
    {"childHeardFromAge", IntKey{&Profile::child_heard_from_age, 0, 18}},
    {"childHeardRequired", choice<&Profile::child_heard_required>(kChildHeardRequired)},
    {"closureDemandDays", &Profile::closure_demand_days},
    {"consentAllGuardians", &Profile::consent_all_guardians},
    {"consentExpiry", choice<&Profile::consent_expiry>(kConsentExpiry)},
    {"consentMaxMonths", IntKey{&Profile::consent_max_months, 1, 60}},
    {"consentSoonDays", IntKey{&Profile::consent_soon_days, 0, 365}},
    {"evaluateGraceDays", &Profile::evaluate_grace_days},
    {"extraClosedDays", ClosedDaysKey{}},
    {"familySeesReaderNames", &Profile::family_sees_reader_names},
    {"guardianAccessDays", &Profile::guardian_access_days},
    {"holderConfirmDays", IntKey{&Profile::holder_confirm_days, 0, 365}},
    {"holderVacancyDays", &Profile::holder_vacancy_days},
    {"ipAssessDays", &Profile::ip_assess_days},
    {"ipCloseDays", &Profile::ip_close_days},
    {"ipClosesLog", choice<&Profile::ip_closes_log>(kIpClosesLog)},
    {"languages", LanguagesKey{}},
    {"level0DecisionDays", &Profile::level0_decision_days},
    {"levelConsultDays", IntKey{&Profile::level_consult_days, 0, 365}},
    {"levelNames", LevelNamesKey{}},
    {"logAllowedFromLevel", IntKey{&Profile::log_allowed_from_level, 1, 3}},
    {"logRequiredFromLevel", IntKey{&Profile::log_required_from_level, 1, 3}},
    {"manualLogAllowed", &Profile::manual_log_allowed},
    {"minutesDays", &Profile::minutes_days},
    {"notesByGuardians", &Profile::notes_by_guardians},
    {"oralNoteDays", &Profile::oral_note_days},
    {"ownConsentMode", choice<&Profile::own_consent_mode>(kOwnConsentMode)},
    {"preLogReaders", choice<&Profile::pre_log_readers>(kPreLogReaders)},
    {"readRetentionYears", IntKey{&Profile::read_retention_years, 1, 100}},
    {"readVolumeDays", IntKey{&Profile::read_volume_days, 1, 90}},
    {"readVolumeLimit", IntKey{&Profile::read_volume_limit, 1, 1000}},
    {"reportFeedbackDays", &Profile::report_feedback_days},
    {"reportingOutcomeDays", &Profile::reporting_outcome_days},
    {"rescheduleLimit", IntKey{&Profile::reschedule_limit, 1, 20}},
    {"responsibleVacancyDays", &Profile::responsible_vacancy_days},
    {"retentionYears", IntKey{&Profile::retention_years, 0, 100}},
    {"rightsDays", &Profile::rights_days},
    {"schoolPlanDays", &Profile::school_plan_days},
    {"silentCaseDays", &Profile::silent_case_days},
    {"smallCellMin", IntKey{&Profile::small_cell_min, 3, 20}},
    {"stalledDays", &Profile::stalled_days},
    {"transferNeedsConsent", &Profile::transfer_needs_consent},
    {"transitionPlanDays", IntKey{&Profile::transition_plan_days, 0, 365}},
    {"youthRenewDays", &Profile::youth_renew_days},
};

}  // namespace

std::span<const ProfileKey> profile_keys() {
  return kKeys;
}

const ProfileKey* find_profile_key(std::string_view name) {
  const auto* at = std::lower_bound(
      std::begin(kKeys), std::end(kKeys), name,
      [](const ProfileKey& key, std::string_view wanted) { return key.name < wanted; });
  return at == std::end(kKeys) || at->name != name ? nullptr : at;
}

}  // namespace stafett::bti
