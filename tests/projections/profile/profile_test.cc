#include "projections/profile/profile.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "engine/base/encoding.h"
#include "projections/profile/profile_keys.h"

namespace stafett::bti {
BOOST_AUTO_TEST_SUITE(profile_test)
namespace {

namespace data = boost::unit_test::data;
namespace json = boost::json;

json::object object(const char* text) {
  return json::parse(text).as_object();
}

struct Bad {
  const char *changes, *key;
};
std::ostream& operator<<(std::ostream& out, const Bad& bad) {
  return out << bad.changes;
}
const Bad kBad[] = {
    {R"({"nothing": 1})", "nothing"},
    {R"({"level0decisionDays": 1})", "level0decisionDays"},
    {R"({"level0DecisionDays": "14"})", "level0DecisionDays"},
    {R"({"level0DecisionDays": -1})", "level0DecisionDays"},
    {R"({"level0DecisionDays": 3651})", "level0DecisionDays"},
    {R"({"level0DecisionDays": 14.0})", "level0DecisionDays"},
    {R"({"level0DecisionDays": "3651wd"})", "level0DecisionDays"},
    {R"({"level0DecisionDays": null})", "level0DecisionDays"},
    {R"({"consentSoonDays": "5wd"})", "consentSoonDays"},
    {R"({"consentSoonDays": 366})", "consentSoonDays"},
    {R"({"ageOwnConsent": 11})", "ageOwnConsent"},
    {R"({"ageOwnConsent": 19})", "ageOwnConsent"},
    {R"({"consentAllGuardians": "true"})", "consentAllGuardians"},
    {R"({"consentExpiry": "stop"})", "consentExpiry"},
    {R"({"ipClosesLog": "entitled_and_wanted"})", "ipClosesLog"},
    {R"({"languages": []})", "languages"},
    {R"({"languages": ["nb", "nb"]})", "languages"},
    {R"({"languages": ["n"]})", "languages"},
    {R"({"extraClosedDays": ["2026-02-30"]})", "extraClosedDays"},
    {R"({"extraClosedDays": ["2026-02-20", "2026-02-20"]})", "extraClosedDays"},
    {R"({"levelNames": {"4": {"nb": "a", "nn": "b", "en": "c"}}})", "levelNames"},
    {R"({"levelNames": {"1": {"nb": "a", "nn": "b"}}})", "levelNames"},
    {R"({"levelNames": {"1": {"nb": "a", "nn": "b", "de": "c"}}})", "levelNames"},
    {R"({"smallCellMin": 2})", "smallCellMin"},
    {R"({"readVolumeLimit": 0})", "readVolumeLimit"},
};

BOOST_DATA_TEST_CASE(a_bad_key_or_value_is_refused_by_name, data::make(kBad), bad) {
  const auto laid = with_changes(Profile{}, object(bad.changes));
  BOOST_REQUIRE(!laid);
  BOOST_TEST(laid.error().key == bad.key);
  BOOST_TEST(laid.error().detail.starts_with(bad.key));
}

BOOST_AUTO_TEST_CASE(keys_are_sorted_and_each_is_once) {
  BOOST_TEST(profile_keys().size() == 53u);
  for (std::size_t i = 0; i < profile_keys().size(); ++i) {
    if (i > 0) BOOST_TEST((profile_keys()[i - 1].name < profile_keys()[i].name));
    BOOST_TEST(find_profile_key(profile_keys()[i].name) == &profile_keys()[i]);
  }
}

const char* const kDefaults =
    R"({"ageOwnAccess":15,"ageOwnConsent":15,"archiveDays":30,"archiveReceiptDays":3,)"
    R"("archiveTarget":"fiks","auditGrantMaxDays":90,"backdateDays":7,"batonAcceptDays":7,)"
    R"("childHeardBeforeCloseDays":30,"childHeardFromAge":3,"childHeardRequired":"both",)"
    R"("closureDemandDays":7,"consentAllGuardians":true,"consentExpiry":"block",)"
    R"("consentMaxMonths":12,"consentSoonDays":30,"evaluateGraceDays":7,"extraClosedDays":[],)"
    R"("familySeesReaderNames":false,"guardianAccessDays":3,"holderConfirmDays":14,)"
    R"("holderVacancyDays":1,"ipAssessDays":30,"ipCloseDays":30,"ipClosesLog":"entitled",)"
    R"("languages":["nb","nn"],"level0DecisionDays":14,"levelConsultDays":14,"levelNames":{)"
    R"("0":{"en":"Clarifying","nb":"Avklaring","nn":"Avklaring"},)"
    R"("1":{"en":"Measures in one service","nb":"Tiltak i egen tjeneste",)"
    R"("nn":"Tiltak i eiga teneste"},"2":{"en":"Simple cooperation",)"
    R"("nb":"Enkelt tverrfaglig samarbeid","nn":"Enkelt tverrfagleg samarbeid"},)"
    R"("3":{"en":"Wider cooperation","nb":"Utvidet tverrfaglig samarbeid",)"
    R"("nn":"Utvida tverrfagleg samarbeid"}},"logAllowedFromLevel":1,"logRequiredFromLevel":2,)"
    R"("manualLogAllowed":true,"minutesDays":7,"notesByGuardians":true,"oralNoteDays":3,)"
    R"("ownConsentMode":"adds","preLogReaders":"involved","readRetentionYears":5,)"
    R"("readVolumeDays":7,"readVolumeLimit":20,"reportFeedbackDays":21,"reportingOutcomeDays":1,)"
    R"("rescheduleLimit":3,"responsibleVacancyDays":7,"retentionYears":10,"rightsDays":30,)"
    R"("schoolPlanDays":7,"silentCaseDays":60,"smallCellMin":5,"stalledDays":14,)"
    R"("transferNeedsConsent":true,"transitionPlanDays":60,"youthRenewDays":30})";

BOOST_AUTO_TEST_CASE(the_defaults_are_these_bytes) {
  BOOST_TEST(canonical_json(Profile{}) == kDefaults);
}

BOOST_AUTO_TEST_CASE(every_key_can_be_set_and_reads_back) {
  const json::object changes = object(R"({"level0DecisionDays": "10wd", "ageOwnConsent": 16,
    "consentExpiry": "warn", "ipClosesLog": "entitledAndWanted", "languages": ["nb", "se"],
    "extraClosedDays": ["2026-12-24", "2026-05-15"], "notesByGuardians": false,
    "levelNames": {"2": {"nb": "to", "nn": "to", "en": "two"}}})");
  const Profile profile = with_changes(Profile{}, changes).value();
  BOOST_TEST((profile.level0_decision_days == Period{10, Period::Unit::working_days}));
  BOOST_TEST((profile.consent_expiry == ConsentExpiry::warn));
  BOOST_TEST((profile.ip_closes_log == IpClosesLog::entitled_and_wanted));
  BOOST_TEST(profile.level_names[2].en == "two");
  BOOST_TEST(profile.level_names[1].nn == "Tiltak i eiga teneste");
  BOOST_TEST(profile.extra_closed_days.front().to_text() == "2026-05-15");
  BOOST_TEST((with_changes(Profile{}, to_json(profile)).value() == profile));
  BOOST_TEST((profile_digest(profile) != profile_digest(Profile{})));
  BOOST_TEST((with_changes(profile, {}).value() == profile));
}

BOOST_AUTO_TEST_CASE(toml_holds_the_same_keys) {
  const auto profile = profile_from_toml(R"(
    level0DecisionDays = "10wd"
    ageOwnConsent = 16
    notesByGuardians = false
    extraClosedDays = ["2026-12-24", 2026-05-15]
    [levelNames.2]
    nb = "to"
    nn = "to"
    en = "two"
  )");
  BOOST_REQUIRE(profile.has_value());
  BOOST_TEST(profile->age_own_consent == 16);
  BOOST_TEST(profile->level_names[2].en == "two");
  BOOST_TEST(profile->extra_closed_days.size() == 2u);
}

BOOST_AUTO_TEST_CASE(bad_toml_is_told_with_its_line_or_key) {
  const auto broken = profile_from_toml("a = 1\nb = = 2\n");
  BOOST_REQUIRE(!broken);
  BOOST_TEST((broken.error().code() == Errc::malformed));
  BOOST_TEST(broken.error().detail().starts_with("line 2"));
  const auto unknown = profile_from_toml("ageOwnConsent = 15.5\n");
  BOOST_REQUIRE(!unknown);
  BOOST_TEST((unknown.error().code() == Errc::invalid_argument));
  BOOST_TEST(unknown.error().detail().starts_with("ageOwnConsent"));
}

BOOST_AUTO_TEST_CASE(a_version_is_in_force_until_the_next_begins) {
  const auto day = [](const char* text) { return Date::parse(text).value(); };
  ProfileHistory history{Profile{}, day("2026-01-01")};
  history.approve({2, day("2026-03-01"), Profile{}});
  history.approve({3, day("2026-06-01"), Profile{}});
  BOOST_TEST(history.in_force(day("2025-01-01")).version == 1u);
  BOOST_TEST(history.in_force(day("2026-02-28")).version == 1u);
  BOOST_TEST(history.in_force(day("2026-03-01")).version == 2u);
  BOOST_TEST(history.in_force(day("2026-12-31")).version == 3u);
  history.approve({4, day("2026-02-01"), Profile{}});
  BOOST_TEST(history.in_force(day("2026-02-15")).version == 4u);
  BOOST_TEST(history.in_force(day("2026-07-01")).version == 4u);
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::bti
