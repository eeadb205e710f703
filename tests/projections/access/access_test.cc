// Who may read a case and why, and the access list: a scenario for every row.

#include <boost/json/serialize.hpp>
#include <boost/test/data/test_case.hpp>

#include "projections/access/access_list.h"
#include "projections/access/access_matrix.h"
#include "tests/projections/viewer/played_log.h"

namespace stafett::bti::test {
BOOST_AUTO_TEST_SUITE(access_test)
namespace {

namespace json = boost::json;

constexpr const char* kPeople = R"({
  "alf": {"roles": ["admin"]}, "asta": {"roles": ["admin"]}, "arne": {"roles": ["archivist"]}, "dag": {"roles": ["dpo"]},
  "ulf": {"roles": ["auditor"]}, "rita": {"roles": ["reporter"]}, "kei": {"roles": ["coordinator"], "service": "coordinatingUnit"},
  "lise": {"roles": ["employee"], "service": "school"}, "mona": {"roles": ["employee"], "service": "school"},
  "odd": {"roles": ["leader"], "service": "school"}, "tor": {"roles": ["employee"], "service": "ppt"},
  "bo": {"roles": ["employee"], "service": "barnevern"}, "eva": {"roles": ["employee"], "service": "bup"},
  "kari": {"roles": ["guardian"]}, "per": {"roles": ["guardian"]}, "ola": {"roles": ["child"]}})";
constexpr const char* kBegin = R"(
  {"day": 0, "id": "raised", "type": "ConcernRaised", "by": "lise", "data": {"subject": "ola", "subjectKind": "child", "birthDate": "2013-05-04", "source": "employee", "service": "school", "summary": "x"}},
  {"day": 0, "type": "ConcernSharedWithLeader", "by": "lise", "data": {"leader": "odd"}},
  {"day": 0, "id": "duty", "type": "ReportingDutyAssessed", "by": "lise", "data": {"ground": "none", "outcome": "noReport"}},
  {"day": 1, "type": "Level0Decided", "by": "odd", "data": {"outcome": "level2", "reason": "x"}},
  {"day": 1, "type": "GuardianLinked", "by": "lise", "data": {"guardian": "kari", "relation": "mother", "responsibility": true}},
  {"day": 1, "type": "GuardianAccessGranted", "by": "lise", "data": {"guardian": "kari", "channel": "digital"}})";
constexpr const char* kOpened = R"(,
  {"day": 1, "type": "ConsentGranted", "by": "kari", "data": {"consent": "c1", "consenter": "kari", "services": ["school"], "openLog": true, "form": "digital", "from": "D1", "recipient": "service"}},
  {"day": 1, "type": "ConsentGranted", "by": "kari", "data": {"consent": "c2", "consenter": "kari", "services": ["ppt", "barnevern"], "openLog": false, "form": "digital", "from": "D1", "to": "D30", "recipient": "service"}},
  {"day": 2, "id": "opened", "type": "LogOpened", "by": "lise", "data": {"level": 2, "holder": "lise", "service": "school", "consents": ["c1"]}},
  {"day": 2, "type": "ParticipantAdded", "by": "lise", "data": {"participant": "p1", "service": "ppt", "task": "x"}},
  {"day": 2, "type": "ParticipantAdded", "by": "lise", "data": {"participant": "p2", "service": "barnevern", "task": "x"}})";

struct Row {
  const char* name;
  bool opened;
  const char* more;  // further events, or ""
  std::int64_t day;
  const char* person;
  const char* basis;  // "": not listed
  const char* rows;   // as JSON
  const char* profile = "{}";
};
std::ostream& operator<<(std::ostream& out, const Row& row) {
  return out << row.name;
}

const Row kRows[] = {
    {"guardian", true, "", 3, "kari", "ok",
     R"([{"row":"guardian","until":"2031-05-03T22:00:00Z","consents":[]}])"},
    {"guardian_without_access", true,
     R"({"day": 2, "type": "GuardianLinked", "by": "lise", "data": {"guardian": "per", "relation": "father", "responsibility": false}})",
     3, "per", "", "[]"},
    {"subject", true, "", 3, "ola", "ok", R"([{"row":"subject","until":null,"consents":[]}])",
     R"({"ageOwnAccess": 12})"},
    {"pre_log_reader", false, "", 1, "lise", "ok",
     R"([{"row":"preLogReader","until":null,"consents":[]},{"row":"recorder","until":null,"consents":[]}])"},
    {"colleague_before_the_log", false, "", 1, "mona", "", "[]"},
    {"leader", true, "", 3, "odd", "ok",
     R"([{"row":"homeLeader","until":null,"consents":[]},{"row":"holderLeader","until":null,"consents":[]}])"},
    {"holder", true, "", 3, "lise", "ok",
     R"([{"row":"holder","until":"2027-01-13T23:00:00Z","consents":["c1"]},{"row":"recorder","until":null,"consents":[]}])"},
    {"participant", true, "", 3, "tor", "ok",
     R"([{"row":"participant","until":"2026-02-11T23:00:00Z","consents":["c2"]}])"},
    {"barnevern", true, "", 3, "bo", "ok",
     R"([{"row":"participant","until":"2026-02-11T23:00:00Z","consents":["c2"]},{"row":"barnevernParticipant","until":"2026-02-11T23:00:00Z","consents":["c2"]}])"},
    {"participant_where_an_end_is_warned_about", true, "", 3, "tor", "ok",
     R"([{"row":"participant","until":"2031-05-03T22:00:00Z","consents":["c2"]}])",
     R"({"consentExpiry": "warn"})"},
    {"participant_until_the_child_is_of_age", true,
     R"({"day": 3, "type": "EntryCorrected", "by": "lise", "data": {"target": "raised", "reason": "x", "changes": {"birthDate": "2008-02-01"}}})",
     3, "tor", "ok", R"([{"row":"participant","until":"2026-01-31T23:00:00Z","consents":["c2"]}])",
     R"({"ageOwnConsent": 18})"},
    {"participant_where_one_guardian_is_enough", true,
     R"({"day": 3, "type": "GuardianLinked", "by": "lise", "data": {"guardian": "per", "relation": "father", "responsibility": true}},
        {"day": 3, "type": "ConsentGranted", "by": "per", "data": {"consent": "c3", "consenter": "per", "services": ["ppt"], "openLog": false, "form": "digital", "from": "D3", "to": "D60", "recipient": "service"}})",
     3, "tor", "ok",
     R"([{"row":"participant","until":"2026-03-13T23:00:00Z","consents":["c2","c3"]}])",
     R"({"consentAllGuardians": false})"},
    {"participant_whose_consent_expired", true, "", 40, "tor", "expired", "[]"},
    {"participant_whose_consent_was_withdrawn", true,
     R"({"day": 3, "type": "ConsentWithdrawn", "by": "kari", "data": {"consent": "c2", "how": "digital"}})",
     4, "tor", "withdrawn", "[]"},
    {"coordinator", true,
     R"({"day": 3, "type": "EscalatedToKe", "by": "lise", "data": {"service": "coordinatingUnit", "request": "x"}})",
     3, "kei", "ok", R"([{"row":"coordinator","until":null,"consents":[]}])"},
    {"broken_glass", true,
     R"({"day": 3, "time": "23:30", "type": "BreakGlassUsed", "by": "eva", "data": {"person": "eva", "service": "bup", "ground": "x", "until": "D4T18:00"}})",
     3, "eva", "ok", R"([{"row":"breakGlass","until":"2026-01-15T23:30:00Z","consents":[]}])"},
    {"archivist", true,
     R"({"day": 3, "type": "LogClosed", "by": "lise", "data": {"reason": "goal"}})", 3, "arne",
     "ok", R"([{"row":"archivist","until":null,"consents":[]}])"},
    {"auditor", true,
     R"({"day": 3, "id": "grant", "type": "AuditAccessGranted", "by": "alf", "data": {"grant": "g1", "auditor": "ulf", "allCases": true, "from": "D3", "to": "D6", "ground": "x"}},
        {"day": 4, "type": "AuditAccessApproved", "by": "asta", "data": {"target": "grant"}})",
     5, "ulf", "ok", R"([{"row":"auditor","until":"2026-01-18T23:00:00Z","consents":[]}])"},
    {"auditor_whose_grant_is_over", true,
     R"({"day": 3, "id": "grant", "type": "AuditAccessGranted", "by": "alf", "data": {"grant": "g1", "auditor": "ulf", "allCases": true, "from": "D3", "to": "D6", "ground": "x"}},
        {"day": 4, "type": "AuditAccessApproved", "by": "asta", "data": {"target": "grant"}})",
     7, "ulf", "", "[]"},
    {"auditor_whose_grant_was_shortened", true,
     R"({"day": 3, "id": "grant", "type": "AuditAccessGranted", "by": "alf", "data": {"grant": "g1", "auditor": "ulf", "allCases": true, "from": "D3", "to": "D20", "ground": "x"}},
        {"day": 3, "type": "AuditAccessApproved", "by": "asta", "data": {"target": "grant"}},
        {"day": 4, "id": "shorter", "type": "AuditAccessGranted", "by": "alf", "data": {"grant": "g1", "auditor": "ulf", "allCases": true, "from": "D3", "to": "D6", "ground": "x"}},
        {"day": 4, "type": "AuditAccessApproved", "by": "asta", "data": {"target": "shorter"}},
        {"day": 4, "id": "other", "type": "AuditAccessGranted", "by": "alf", "data": {"grant": "g2", "auditor": "ulf", "allCases": false, "cases": ["another"], "from": "D3", "to": "D20", "ground": "x"}},
        {"day": 4, "type": "AuditAccessApproved", "by": "asta", "data": {"target": "other"}})",
     5, "ulf", "ok", R"([{"row":"auditor","until":"2026-01-18T23:00:00Z","consents":[]}])"},
    {"dpo", true, "", 3, "dag", "ok", R"([{"row":"dpo","until":null,"consents":[]}])"},
    {"reporter", true, "", 3, "rita", "ok", R"([{"row":"reporter","until":null,"consents":[]}])"},
    {"operator", true, "", 3, "alf", "ok", R"([{"row":"operator","until":null,"consents":[]}])"},
};

std::string scenario_of(const Row& row, const std::string& reads) {
  std::string events = kBegin;
  if (row.opened) events += kOpened;
  if (*row.more) events += std::string(",") + row.more;
  return std::string(R"({"name": "access", "day0": "2026-01-12", "profile": )") + row.profile +
         R"(, "people": )" + kPeople + R"(, "events": [)" + events + R"(], "reads": [)" + reads +
         "]}";
}

json::object matrix_of(const PlayedLog& played, std::int64_t day) {
  const Axes axes = played.day(day);
  const SubjectId id = played.case_id();
  const auto record = played.gate().source().subject(id);
  const auto events = played.gate().source().of_case(**record, played.log().head().size);
  BOOST_REQUIRE(events);
  const Directory& directory = played.gate().directory();
  return to_json(access_matrix(id, *events, directory, axes.known, axes.as_of), directory,
                 axes.as_of, BookLabels{played.gate().labels()});
}
const json::object* reader_in(const json::object& matrix, std::string_view person) {
  for (const json::value& one : matrix.at("readers").as_array())
    if (std::string_view(one.at("person").as_string()) == person) return &one.as_object();
  return nullptr;
}
json::array list_of(const PlayedLog& played, const std::optional<std::string>& viewer,
                    std::int64_t day) {
  std::optional<ActorId> person;
  if (viewer) person = played.person(*viewer);
  const auto list =
      access_list(played.log(), played.gate(), played.case_id(), person, played.day(day));
  BOOST_REQUIRE_MESSAGE(list, (list ? "" : list.error().to_string()));
  return *list;
}

BOOST_DATA_TEST_CASE(a_person_may_read_by_rows_and_on_consents, boost::unit_test::data::make(kRows),
                     row) {
  const PlayedLog played(scenario_of(row, ""));
  const json::object matrix = matrix_of(played, row.day);
  const json::object* reader = reader_in(matrix, row.person);
  if (!*row.basis) {
    BOOST_TEST(!reader);
    return;
  }
  BOOST_REQUIRE(reader);
  BOOST_TEST((reader->at("basis") == row.basis));
  BOOST_TEST(json::serialize(reader->at("rows")) == row.rows);
  // Whoever has a row of the table is given something, and whoever has none nothing.
  const bool operates =
      reader->at("rows").as_array().size() == 1 && reader->at("rows").at(0).at("row") == "operator";
  BOOST_TEST(reader->at("gives").as_array().empty() ==
             (operates || reader->at("rows").as_array().empty()));
}

BOOST_AUTO_TEST_CASE(what_is_given_is_told_by_compartment) {
  const PlayedLog played(scenario_of(kRows[7], ""));
  const json::object matrix = matrix_of(played, 3);
  BOOST_TEST(
      json::serialize(reader_in(matrix, "tor")->at("gives")) ==
      R"([{"compartment":"open","classes":["fact","narrative","identity"],"events":7,"of":7}])");
  BOOST_TEST(json::serialize(reader_in(matrix, "dag")->at("gives").at(0).at("classes")) ==
             R"(["fact"])");
  BOOST_TEST(reader_in(matrix, "dag")->at("gives").as_array().size() == 3u);
}

BOOST_AUTO_TEST_CASE(consent_is_told_by_scope_and_consenter_and_the_holder_of_the_day) {
  const PlayedLog played(scenario_of(kRows[7], ""));
  const json::object matrix = matrix_of(played, 3);
  BOOST_TEST(
      json::serialize(matrix.at("consent").at("openLog")) ==
      R"({"status":"covered","consenters":[{"person":"kari","status":"covered","consent":"c1"}]})");
  BOOST_TEST(
      (matrix.at("consent").at("services").at("ppt").at("consenters").at(0).at("consent") == "c2"));
  const json::object later = matrix_of(played, 40);
  BOOST_TEST(
      json::serialize(later.at("consent").at("services").at("ppt")) ==
      R"({"status":"expired","consenters":[{"person":"kari","status":"expired","consent":null}]})");
  BOOST_TEST(json::serialize(matrix.at("holder")) ==
             R"({"person":"lise","service":"school","since":"2026-01-14"})");
  BOOST_TEST(matrix_of(played, 1).at("holder").is_null());
}

constexpr const char* kReads = R"(
  {"day": 3, "time": "08:00", "id": "by-lise", "by": "lise", "capacity": "holder", "purpose": "meeting"},
  {"day": 3, "time": "08:10", "id": "by-bo", "by": "bo", "capacity": "participant", "purpose": "followUp"},
  {"day": 3, "time": "08:20", "id": "of-hidden", "by": "lise", "capacity": "holder", "purpose": "followUp", "entries": ["duty"]},
  {"day": 3, "time": "08:30", "id": "by-kari", "by": "kari", "capacity": "guardian", "purpose": "ownCase"},
  {"day": 3, "time": "08:40", "id": "denied", "by": "eva", "capacity": "staff", "purpose": "followUp"},
  {"day": 3, "time": "08:50", "id": "by-operator", "by": "system", "capacity": "operator", "purpose": "control"})";
constexpr const char* kAudit = R"(
  {"day": 3, "time": "07:00", "id": "grant", "type": "AuditAccessGranted", "by": "alf", "data": {"grant": "g1", "auditor": "ulf", "allCases": false, "cases": ["case"], "from": "D3", "to": "D6", "ground": "a complaint"}},
  {"day": 3, "time": "07:10", "type": "AuditAccessApproved", "by": "asta", "data": {"target": "grant"}},
  {"day": 3, "time": "07:20", "id": "other", "type": "AuditAccessGranted", "by": "alf", "data": {"grant": "g2", "auditor": "ulf", "allCases": false, "cases": ["another"], "from": "D3", "to": "D6", "ground": "a complaint"}},
  {"day": 3, "time": "07:30", "id": "flag", "type": "FLAG", "by": "lise", "data": {"ground": "abuse"}},
  {"day": 5, "type": "AuditExportMade", "by": "ulf", "data": {"grant": "g1", "cases": ["case", "another"], "digest": "0000000000000000000000000000000000000000000000000000000000000000"}})";

// "type person capacity", for short; "-" for null.
std::vector<std::string> lines(const json::array& list) {
  std::vector<std::string> out;
  const auto text = [](const json::value& value) {
    return value.is_string() ? std::string(value.get_string()) : std::string("-");
  };
  for (const json::value& one : list)
    out.push_back(text(one.at("type")) + " " + text(one.at("person")) + " " +
                  text(one.at("capacity")));
  return out;
}
// With the protection flag set that morning, or without.
std::string audit_events(bool flag) {
  std::string events = kAudit;
  const std::size_t line = events.find("  {\"day\": 3, \"time\": \"07:30\"");
  const std::size_t end = events.find('\n', line) + 1;
  if (!flag) return events.erase(line, end - line);
  return events.replace(events.find("FLAG"), 4, "ProtectionFlagSet");
}
PlayedLog listed(bool flag, const char* profile) {
  const std::string events = audit_events(flag);
  return PlayedLog(scenario_of({"list", true, events.c_str(), 5, "", "", "", profile}, kReads));
}
using Lines = std::vector<std::string>;

BOOST_AUTO_TEST_CASE(an_operator_gets_the_whole_list) {
  const PlayedLog played = listed(false, "{}");
  BOOST_TEST(lines(list_of(played, std::nullopt, 5)) ==
                 (Lines{"AuditAccessGranted ulf auditor", "AuditAccessApproved ulf auditor",
                        "EntryRead lise holder", "EntryRead bo participant",
                        "EntryRead lise holder", "EntryRead kari guardian", "ReadDenied eva -",
                        "EntryRead system operator", "AuditExportMade ulf auditor"}),
             boost::test_tools::per_element());
  BOOST_TEST(list_of(played, std::nullopt, 2).empty());
}

BOOST_AUTO_TEST_CASE(the_family_gets_neither_barnevern_nor_hidden_entries_nor_names) {
  const json::array list = list_of(listed(false, "{}"), "kari", 5);
  BOOST_TEST(lines(list) == (Lines{"AuditAccessGranted - auditor", "AuditAccessApproved - auditor",
                                   "EntryRead - holder", "EntryRead - guardian", "ReadDenied - -",
                                   "EntryRead - operator", "AuditExportMade - auditor"}),
             boost::test_tools::per_element());
  BOOST_TEST((list[0].at("grant") == "g1"));
  BOOST_TEST((list[0].at("from") == "2026-01-15"));
  BOOST_TEST((list[2].at("service") == "school"));
  BOOST_TEST((list[2].at("purpose") == "meeting"));
  const std::string text = json::serialize(list);
  for (const char* word : {"complaint", "another", "g2", "ulf", "lise"})
    BOOST_TEST((text.find(word) == std::string::npos), word);
}

BOOST_AUTO_TEST_CASE(the_family_gets_names_where_the_profile_says_so) {
  BOOST_TEST(lines(list_of(listed(false, R"({"familySeesReaderNames": true})"), "kari", 5)) ==
                 (Lines{"AuditAccessGranted ulf auditor", "AuditAccessApproved ulf auditor",
                        "EntryRead lise holder", "EntryRead kari guardian", "ReadDenied eva -",
                        "EntryRead system operator", "AuditExportMade ulf auditor"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(under_the_flag_the_family_gets_no_reads_of_staff) {
  BOOST_TEST(
      lines(list_of(listed(true, "{}"), "kari", 5)) ==
          (Lines{"AuditAccessGranted - auditor", "AuditAccessApproved - auditor",
                 "EntryRead - guardian", "EntryRead - operator", "AuditExportMade - auditor"}),
      boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(who_may_not_see_accesses_gets_no_list) {
  const PlayedLog played = listed(false, "{}");
  for (const char* viewer : {"tor", "lise", "per", "rita", "alf"})
    BOOST_TEST(list_of(played, viewer, 5).empty(), viewer);
  BOOST_TEST(lines(list_of(played, "odd", 5)).size() == 9u);
  BOOST_TEST(lines(list_of(played, "dag", 5))[2] == "EntryRead - holder");
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::bti::test
