// Consent status over time: who decides at which age, and what ends a consent.

#include "projections/state/consent.h"

#include <boost/json/parse.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <ostream>

#include "tests/projections/rules/memory_play.h"

namespace stafett::bti::test {
BOOST_AUTO_TEST_SUITE(consent_test)
namespace {

namespace json = boost::json;

// day0 is 2026-01-12. The child is 15 on D20 (2011-02-01) or 18 on D20 (2008-02-01).
struct Row {
  const char* name;
  const char* born;
  const char* profile;
  const char* events;
  const char* scope;  // a service, "openLog", or "transfer:9902"
  std::int64_t day;
  const char* status;
};
std::ostream& operator<<(std::ostream& out, const Row& row) {
  return out << row.name;
}

#define LINK(day, who)                                                          \
  R"({"day": )" day R"(, "type": "GuardianLinked", "data": {"guardian": ")" who \
  R"(", "relation": "mother", "responsibility": true}})"
#define GRANT(day, id, who, more)                                                          \
  R"({"day": )" day R"(, "type": "ConsentGranted", "data": {"consent": ")" id              \
  R"(", "consenter": ")" who R"(", "services": ["ppt"], "openLog": true, "form": "oral",)" \
  R"( "recipient": "service", "from": "D)" day R"(")" more "}}"
#define REFUSE(day, who)                                                         \
  R"({"day": )" day R"(, "type": "ConsentRefused", "data": {"consenter": ")" who \
  R"(", "services": ["ppt"], "openLog": true, "how": "oral"}})"
#define WITHDRAW(day, id, more)                                                 \
  R"({"day": )" day R"(, "type": "ConsentWithdrawn", "data": {"consent": ")" id \
  R"(", "how": "oral")" more "}}"

constexpr const char* kSmall = "2018-05-05";
constexpr const char* kTurns15 = "2011-02-01";
constexpr const char* kTurns18 = "2008-02-01";
constexpr const char* kOne = R"({"consentAllGuardians": false})";
constexpr const char* kReplaces = R"({"ownConsentMode": "replaces"})";

const Row kRows[] = {
    {"nobody_asked", kSmall, "{}", LINK("1", "kari"), "ppt", 9, "missing"},
    {"no_guardian_with_responsibility", kSmall, "{}", GRANT("2", "c1", "kari", ""), "ppt", 9,
     "missing"},
    {"granted", kSmall, "{}", LINK("1", "kari") "," GRANT("2", "c1", "kari", ""), "ppt", 9,
     "covered"},
    {"granted_for_the_log", kSmall, "{}", LINK("1", "kari") "," GRANT("2", "c1", "kari", ""),
     "openLog", 9, "covered"},
    {"another_service_is_missing", kSmall, "{}", LINK("1", "kari") "," GRANT("2", "c1", "kari", ""),
     "bup", 9, "missing"},
    {"before_it_was_given", kSmall, "{}", LINK("1", "kari") "," GRANT("5", "c1", "kari", ""), "ppt",
     4, "missing"},
    {"transfer_to_another_municipality", kSmall, "{}",
     LINK("1", "kari") "," GRANT("2", "c1", "kari", R"(, "transferTo": "9902")"), "transfer:9903",
     9, "missing"},
    {"transfer_named", kSmall, "{}",
     LINK("1", "kari") "," GRANT("2", "c1", "kari", R"(, "transferTo": "9902")"), "transfer:9902",
     9, "covered"},
    {"on_its_last_day", kSmall, "{}",
     LINK("1", "kari") "," GRANT("2", "c1", "kari", R"(, "to": "D9")"), "ppt", 9, "covered"},
    {"the_day_after", kSmall, "{}",
     LINK("1", "kari") "," GRANT("2", "c1", "kari", R"(, "to": "D9")"), "ppt", 10, "expired"},
    {"a_year_is_the_longest", kSmall, "{}", LINK("1", "kari") "," GRANT("2", "c1", "kari", ""),
     "ppt", 367, "covered"},
    {"after_a_year", kSmall, "{}", LINK("1", "kari") "," GRANT("2", "c1", "kari", ""), "ppt", 368,
     "expired"},
    {"withdrawn_as_a_whole", kSmall, "{}",
     LINK("1", "kari") "," GRANT("2", "c1", "kari", "") "," WITHDRAW("5", "c1", ""), "ppt", 5,
     "withdrawn"},
    {"withdrawn_for_the_service_only", kSmall, "{}",
     LINK("1", "kari") "," GRANT("2", "c1", "kari", "") "," WITHDRAW("5", "c1",
                                                                     R"(, "services": ["ppt"])"),
     "openLog", 9, "covered"},
    {"withdrawn_before_it_would_expire_does_not_expire", kSmall, "{}",
     LINK("1", "kari") "," GRANT("2", "c1", "kari", R"(, "to": "D9")") "," WITHDRAW("5", "c1", ""),
     "ppt", 12, "withdrawn"},
    {"refused_while_in_force_does_not_end_it", kSmall, "{}",
     LINK("1", "kari") "," GRANT("2", "c1", "kari", "") "," REFUSE("3", "kari"), "ppt", 9,
     "covered"},
    {"refused_then_expired", kSmall, "{}",
     LINK("1", "kari") "," GRANT("2", "c1", "kari", R"(, "to": "D9")") "," REFUSE("3", "kari"),
     "ppt", 12, "expired"},
    {"expired_then_refused", kSmall, "{}",
     LINK("1", "kari") "," GRANT("2", "c1", "kari", R"(, "to": "D9")") "," REFUSE("12", "kari"),
     "ppt", 12, "refused"},
    {"replaced_and_renewed", kSmall, "{}",
     LINK("1", "kari") "," GRANT("2", "c1", "kari", "") "," GRANT("5", "c2", "kari",
                                                                  R"(, "replaces": "c1")"),
     "ppt", 9, "covered"},
    {"replaced_by_one_without_the_service", kSmall, "{}",
     LINK("1", "kari") "," GRANT(
         "2", "c1", "kari",
         "") R"(,{"day": 5, "type": "ConsentGranted", "data": {"consent": "c2", "consenter": "kari", "services": [], "openLog": true, "form": "oral", "recipient": "service", "from": "D5", "replaces": "c1"}})",
     "ppt", 9, "withdrawn"},
    {"replacement_waits_for_its_from", kSmall, "{}",
     LINK("1", "kari") "," GRANT(
         "2", "c1", "kari",
         "") R"(,{"day": 5, "type": "ConsentGranted", "data": {"consent": "c2", "consenter": "kari", "services": [], "openLog": true, "form": "oral", "recipient": "service", "from": "D8", "replaces": "c1"}})",
     "ppt", 7, "covered"},
    {"replacement_takes_effect_at_its_from", kSmall, "{}",
     LINK("1", "kari") "," GRANT(
         "2", "c1", "kari",
         "") R"(,{"day": 5, "type": "ConsentGranted", "data": {"consent": "c2", "consenter": "kari", "services": [], "openLog": true, "form": "oral", "recipient": "service", "from": "D8", "replaces": "c1"}})",
     "ppt", 8, "withdrawn"},
    {"all_must_consent", kSmall, "{}",
     LINK("1", "kari") "," LINK("1", "per") "," GRANT("2", "c1", "kari", ""), "ppt", 9, "missing"},
    {"the_worst_counts", kSmall, "{}",
     LINK("1", "kari") "," LINK("1", "per") "," GRANT("2", "c1", "kari", "") "," REFUSE("3", "per"),
     "ppt", 9, "refused"},
    {"one_is_enough", kSmall, kOne,
     LINK("1", "kari") "," LINK("1", "per") "," GRANT("2", "c1", "kari", "") "," REFUSE("3", "per"),
     "ppt", 9, "covered"},
    {"missing_is_the_last_of_the_best", kSmall, kOne,
     LINK("1", "kari") "," LINK("1", "per") "," REFUSE("3", "per"), "ppt", 9, "refused"},
    {"responsibility_lost", kSmall, "{}",
     LINK("1", "kari") "," LINK("1", "per") "," GRANT(
         "2", "c1", "kari",
         "") R"(,{"day": 5, "type": "GuardianLinked", "data": {"guardian": "per", "relation": "father", "responsibility": false}})",
     "ppt", 9, "covered"},
    {"exempted", kSmall, "{}",
     LINK("1", "kari") "," LINK("1", "per") "," GRANT(
         "2", "c1", "kari",
         "") R"(,{"day": 5, "type": "ConsentExceptionRecorded", "data": {"guardian": "per", "ground": "danger", "note": "x"}})",
     "ppt", 9, "covered"},
    {"before_15_the_guardians", kTurns15, "{}",
     LINK("1", "kari") "," GRANT("2", "c1", "kari", "") "," REFUSE("3", "ola"), "ppt", 19,
     "covered"},
    {"carried_over_at_15", kTurns15, "{}", LINK("1", "kari") "," GRANT("2", "c1", "kari", ""),
     "ppt", 20, "covered"},
    {"not_carried_when_given_on_the_birthday", kTurns15, "{}",
     LINK("1", "kari") "," GRANT("20", "c1", "kari", ""), "ppt", 21, "missing"},
    {"adds_needs_both", kTurns15, "{}",
     LINK("1", "kari") "," GRANT("20", "c1", "kari", "") "," GRANT("21", "c2", "ola", ""), "ppt",
     21, "covered"},
    {"adds_takes_the_worse", kTurns15, "{}",
     LINK("1", "kari") "," GRANT("2", "c1", "kari", "") "," REFUSE("21", "ola"), "ppt", 21,
     "refused"},
    {"adds_without_the_guardians", kTurns15, "{}",
     LINK("1", "kari") "," GRANT("21", "c2", "ola", ""), "ppt", 21, "missing"},
    {"replaces_asks_the_child_alone", kTurns15, kReplaces,
     LINK("1", "kari") "," GRANT("21", "c2", "ola", ""), "ppt", 21, "covered"},
    {"replaces_refused", kTurns15, kReplaces,
     LINK("1", "kari") "," GRANT("2", "c1", "kari", "") "," REFUSE("21", "ola"), "ppt", 21,
     "refused"},
    {"unknown_age_asks_the_guardians", "", "{}",
     LINK("1", "kari") "," GRANT("2", "c1", "kari", "") "," REFUSE("3", "ola"), "ppt", 21,
     "covered"},
    {"at_17_with_both", kTurns18, "{}",
     LINK("1", "kari") "," GRANT("2", "c1", "kari", "") "," GRANT("2", "c2", "ola", ""), "ppt", 19,
     "covered"},
    {"at_18_nothing_is_carried_over", kTurns18, "{}",
     LINK("1", "kari") "," GRANT("2", "c1", "kari", ""), "ppt", 20, "missing"},
    {"at_18_the_own_consent_stays", kTurns18, "{}",
     LINK("1", "kari") "," REFUSE("2", "kari") "," GRANT("2", "c2", "ola", ""), "ppt", 20,
     "covered"},
};

json::object scenario_of(const Row& row) {
  std::string born;
  if (*row.born) born = std::string(R"(, "birthDate": ")") + row.born + "\"";
  const std::string text =
      std::string(R"({"day0": "2026-01-12", "profile": )") + row.profile +
      R"(, "people": {}, "events": [{"day": 0, "type": "ConcernRaised", "data": {"subject": "ola", "subjectKind": "child", "source": "employee", "service": "school", "summary": "x")" +
      born + "}}," + row.events + "]}";
  json::object scenario = json::parse(text).as_object();
  for (json::value& event : scenario.at("events").as_array()) {
    event.as_object()["by"] = "system";  // consent does not depend on who recorded it
    event.as_object()["mode"] = "imported";
  }
  return scenario;
}

Scope scope_of(std::string_view text) {
  if (text == "openLog") return Scope::open_log();
  if (text.substr(0, 9) == "transfer:") return Scope::transfer(text.substr(9));
  return Scope::service(text);
}

BOOST_DATA_TEST_CASE(status_at_the_end_of_the_day, boost::unit_test::data::make(kRows), row) {
  MemoryPlay play(scenario_of(row));
  play.play();
  BOOST_REQUIRE(play.rejected().empty());
  // The whole state: what lies after the point must not count.
  const CaseState& state = *play.log().state("case");
  const ProfileHistory& profiles = play.log().directory().profiles();
  const TimeUs at = play.end_of(row.day);
  const ConsentView consent(state, profiles.in_force(local_date(at)).profile, profiles);
  BOOST_TEST(status_name(consent.status(scope_of(row.scope), Moment::after_all(at))) == row.status);
}

BOOST_AUTO_TEST_CASE(required_consenters_follow_the_childs_age) {
  const Row row{"", kTurns15, "{}", LINK("1", "kari"), "", 0, ""};
  MemoryPlay play(scenario_of(row));
  play.play();
  const CaseState& state = *play.log().state("case");
  const ProfileHistory& profiles = play.log().directory().profiles();
  Profile replaces;
  replaces.own_consent_mode = OwnConsentMode::replaces;
  const auto required = [&](const Profile& profile, std::int64_t day) {
    return ConsentView(state, profile, profiles)
        .required_consenters(Moment::after_all(play.end_of(day)));
  };
  const ActorId kari = id<ActorId>("kari"), ola = id<ActorId>("ola");
  BOOST_TEST((required({}, 0) == std::vector<ActorId>{}));
  BOOST_TEST((required({}, 19) == std::vector<ActorId>{kari}));
  BOOST_TEST((required({}, 20) == std::vector<ActorId>{kari, ola}));
  BOOST_TEST((required(replaces, 20) == std::vector<ActorId>{ola}));
  BOOST_TEST((required({}, 20 + 3 * 366) == std::vector<ActorId>{ola}));
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::bti::test
