// Rows of visibility: what each viewer is given, and what stays hidden beside it.

#include "projections/rules/visibility.h"

#include <boost/json/serialize.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <ostream>

#include "engine/crypto/seeded_random.h"
#include "projections/scenario/scenario_report.h"
#include "tests/support/temporary_directory.h"

namespace stafett::bti::test {
namespace {

namespace json = boost::json;

constexpr const char* kPeople = R"({
  "alf": {"roles": ["admin"]}, "asta": {"roles": ["admin"]}, "arne": {"roles": ["archivist"]},
  "dag": {"roles": ["dpo"]}, "ulf": {"roles": ["auditor"]}, "rita": {"roles": ["reporter"]},
  "kei": {"roles": ["coordinator"], "service": "coordinatingUnit"},
  "lise": {"roles": ["employee"], "service": "school"}, "mona": {"roles": ["employee"], "service": "school"},
  "odd": {"roles": ["leader"], "service": "school"}, "tor": {"roles": ["employee"], "service": "ppt"},
  "tea": {"roles": ["leader"], "service": "ppt"}, "bo": {"roles": ["employee"], "service": "barnevern"},
  "eva": {"roles": ["employee"], "service": "bup"}, "kari": {"roles": ["guardian"]},
  "per": {"roles": ["guardian"]}, "ola": {"roles": ["child"]}})";

// Home service school, holder lise; tor's service (ppt) and bo's (barnevern) take part.
constexpr const char* kEvents = R"(
  {"day": 0, "id": "raised", "type": "ConcernRaised", "by": "lise", "data": {"subject": "ola", "subjectKind": "child", "birthDate": "2013-05-04", "source": "employee", "service": "school", "summary": "x"}},
  {"day": 0, "id": "shared", "type": "ConcernSharedWithLeader", "by": "lise", "data": {"leader": "odd"}},
  {"day": 0, "id": "note0", "type": "NoteAdded", "by": "lise", "data": {"note": "n0", "kind": "general", "text": "x"}},
  {"day": 0, "id": "anonymous", "type": "AnonymousConsultationHeld", "by": "lise", "data": {"service": "barnevern"}},
  {"day": 0, "id": "duty", "type": "ReportingDutyAssessed", "by": "lise", "data": {"ground": "none", "outcome": "noReport"}},
  {"day": 1, "type": "Level0Decided", "by": "odd", "data": {"outcome": "level2", "reason": "x"}},
  {"day": 1, "type": "GuardianLinked", "by": "lise", "data": {"guardian": "kari", "relation": "mother", "responsibility": true}},
  {"day": 1, "type": "GuardianAccessGranted", "by": "lise", "data": {"guardian": "kari", "channel": "digital"}},
  {"day": 1, "type": "ConsentGranted", "by": "kari", "data": {"consent": "c1", "consenter": "kari", "services": ["school", "ppt", "barnevern"], "openLog": true, "form": "digital", "from": "D1", "recipient": "service"}})";
constexpr const char* kOpened = R"(,
  {"day": 2, "id": "opened", "type": "LogOpened", "by": "lise", "data": {"level": 2, "holder": "lise", "service": "school", "consents": ["c1"]}},
  {"day": 2, "type": "ParticipantAdded", "by": "lise", "data": {"participant": "p1", "service": "ppt", "task": "x"}},
  {"day": 2, "type": "ParticipantAdded", "by": "lise", "data": {"participant": "p2", "service": "barnevern", "task": "x"}},
  {"day": 2, "id": "secret", "type": "NoteAdded", "by": "lise", "data": {"note": "n1", "kind": "general", "text": "x", "hideFromGuardians": true}})";

struct Row {
  const char* name;
  bool opened;
  const char* more;    // further events, or ""
  const char* expect;  // keys of a scenario's `expect`
  const char* profile = "{}";
};
std::ostream& operator<<(std::ostream& out, const Row& row) {
  return out << row.name;
}

const Row kRows[] = {
    {"before_the_log_the_involved_read", false, "",
     R"("visible": [{"viewer": "lise", "day": 1, "events": ["raised", "anonymous", "note0", "duty"]},
                    {"viewer": "odd", "day": 1, "events": ["raised", "anonymous", "duty"]}],
        "hidden": [{"viewer": "mona", "day": 1, "events": ["raised"]}, {"viewer": "tor", "day": 1, "events": ["raised"]},
                   {"viewer": "kari", "day": 1, "events": ["raised", "anonymous", "duty"]}, {"viewer": "alf", "day": 1, "events": ["raised"]}])"},
    {"before_the_log_the_whole_home_service_reads_by_profile", false, "",
     R"("visible": [{"viewer": "mona", "day": 1, "events": ["raised", "anonymous"]}],
        "hidden": [{"viewer": "mona", "day": 1, "events": ["duty"]}])",
     R"({"preLogReaders": "service"})"},
    {"the_open_log", true, "",
     R"("visible": [{"viewer": "kari", "day": 2, "events": ["raised", "note0", "opened"]},
                    {"viewer": "lise", "day": 2, "events": ["raised", "anonymous", "opened", "secret", "duty"]},
                    {"viewer": "tor", "day": 2, "events": ["opened"]},
                    {"viewer": "bo", "day": 2, "events": ["opened", "raised", "anonymous", "duty"]}],
        "hidden": [{"viewer": "kari", "day": 2, "events": ["anonymous", "duty", "secret"]},
                   {"viewer": "ola", "day": 2, "events": ["opened"]}, {"viewer": "mona", "day": 2, "events": ["opened"]},
                   {"viewer": "tor", "day": 2, "events": ["raised", "anonymous", "duty", "secret"]},
                   {"viewer": "eva", "day": 2, "events": ["opened"]}, {"viewer": "arne", "day": 2, "events": ["opened"]}],
        "partial": [{"viewer": "dag", "day": 2, "classes": ["fact"], "events": ["raised", "duty", "secret"]}])"},
    {"the_home_leader_sees_what_was_written_before_and_holders_leader_the_log", true,
     R"({"day": 3, "type": "BatonOffered", "by": "lise", "data": {"offer": "o1", "to": "tor", "service": "ppt"}},
        {"day": 3, "type": "BatonAccepted", "by": "tor", "data": {"offer": "o1", "person": "tor"}})",
     R"("visible": [{"viewer": "odd", "day": 3, "events": ["raised", "anonymous", "duty"]}, {"viewer": "tea", "day": 3, "events": ["opened", "secret"]}],
        "hidden": [{"viewer": "odd", "day": 3, "events": ["opened"]}, {"viewer": "tea", "day": 3, "events": ["raised"]},
                   {"viewer": "lise", "day": 3, "events": ["opened", "raised"]}])"},
    {"an_older_child_reads_and_sees_private_entries", true, "",
     R"("visible": [{"viewer": "ola", "day": 2, "events": ["opened", "secret", "raised"]}], "hidden": [{"viewer": "ola", "day": 2, "events": ["anonymous", "duty"]}])",
     R"({"ageOwnAccess": 12})"},
    {"the_flag_shields_level_0_from_the_family", true,
     R"({"day": 3, "id": "flag", "type": "ProtectionFlagSet", "by": "lise", "data": {"ground": "abuse"}})",
     R"("visible": [{"viewer": "kari", "day": 3, "events": ["opened"]}, {"viewer": "lise", "day": 3, "events": ["raised"]}],
        "hidden": [{"viewer": "kari", "day": 3, "events": ["raised", "flag"]}, {"viewer": "rita", "day": 3, "events": ["raised"]}],
        "partial": [{"viewer": "rita", "day": 2, "classes": ["fact"], "events": ["raised"]}])"},
    {"what_was_written_before_the_lifting_stays_shielded", true,
     R"({"day": 3, "type": "ProtectionFlagSet", "by": "lise", "data": {"ground": "abuse"}},
        {"day": 4, "type": "ProtectionFlagLifted", "by": "odd", "data": {"agreedWith": "leader"}},
        {"day": 5, "id": "informed", "type": "GuardiansInformed", "by": "lise", "data": {"guardians": ["kari"], "how": "talk"}})",
     R"("visible": [{"viewer": "kari", "day": 5, "events": ["informed"]}], "hidden": [{"viewer": "kari", "day": 5, "events": ["raised"]}])"},
    {"released_to_the_family_and_to_a_service", true,
     R"({"day": 3, "type": "ProtectionFlagSet", "by": "lise", "data": {"ground": "abuse"}},
        {"day": 4, "type": "CompartmentReleased", "by": "odd", "data": {"entries": ["raised", "duty"], "toFamily": true, "toServices": ["ppt"], "agreedWith": "leader"}},
        {"day": 5, "type": "ProtectionFlagLifted", "by": "odd", "data": {"agreedWith": "leader"}})",
     R"("hidden": [{"viewer": "kari", "day": 4, "events": ["raised", "duty"]}, {"viewer": "kari", "day": 5, "events": ["note0"]}, {"viewer": "tor", "day": 3, "events": ["raised"]}],
        "visible": [{"viewer": "kari", "day": 5, "events": ["raised", "duty"]}, {"viewer": "tor", "day": 4, "events": ["raised", "duty"]}])"},
    {"restricted_for_all_but_leaders_dpo_and_auditor", true,
     R"({"day": 3, "type": "EntryRestricted", "by": "dag", "data": {"target": "opened", "ground": "objection", "until": "D4"}})",
     R"("hidden": [{"viewer": "kari", "day": 4, "events": ["opened"]}, {"viewer": "lise", "day": 4, "events": ["opened"]}, {"viewer": "tor", "day": 4, "events": ["opened"]}, {"viewer": "rita", "day": 4, "events": ["opened"]}],
        "visible": [{"viewer": "odd", "day": 4, "events": ["opened"]}, {"viewer": "kari", "day": 5, "events": ["opened"]}],
        "partial": [{"viewer": "dag", "day": 4, "classes": ["fact"], "events": ["opened"]}])"},
    {"broken_glass_opens_for_an_hour_and_longer_when_approved", true,
     R"({"day": 3, "time": "08:00", "id": "glass", "type": "BreakGlassUsed", "by": "eva", "data": {"person": "eva", "service": "bup", "ground": "x", "until": "D3T18:00"}},
        {"day": 3, "time": "10:00", "type": "BreakGlassApproved", "by": "odd", "data": {"target": "glass"}})",
     R"("visible": [{"viewer": "eva", "day": 3, "time": "08:59", "events": ["opened", "raised", "secret"]}, {"viewer": "eva", "day": 3, "time": "10:01", "events": ["opened"]}],
        "hidden": [{"viewer": "eva", "day": 3, "time": "09:00", "events": ["opened"]}, {"viewer": "eva", "day": 3, "time": "18:00", "events": ["opened"]}, {"viewer": "eva", "day": 3, "time": "08:30", "events": ["anonymous"]}],
        "partial": [{"viewer": "kari", "day": 3, "classes": ["fact"], "events": ["glass"]}])"},
    {"withdrawn_consent_closes_the_log_to_the_service", true,
     R"({"day": 3, "type": "ConsentWithdrawn", "by": "kari", "data": {"consent": "c1", "services": ["ppt"], "how": "digital"}})",
     R"("visible": [{"viewer": "tor", "day": 2, "events": ["opened"]}, {"viewer": "lise", "day": 3, "events": ["opened"]}], "hidden": [{"viewer": "tor", "day": 3, "events": ["opened"]}])"},
    {"an_auditor_within_an_approved_grant", true,
     R"({"day": 3, "id": "grant", "type": "AuditAccessGranted", "by": "alf", "data": {"grant": "g1", "auditor": "ulf", "allCases": false, "cases": ["case"], "from": "D3", "to": "D6", "ground": "x"}},
        {"day": 4, "type": "AuditAccessApproved", "by": "asta", "data": {"target": "grant"}})",
     R"("hidden": [{"viewer": "ulf", "day": 3, "events": ["opened"]}, {"viewer": "ulf", "day": 7, "events": ["opened"]}],
        "visible": [{"viewer": "ulf", "day": 4, "events": ["opened", "raised", "duty", "secret"]}, {"viewer": "ulf", "day": 6, "events": ["opened"]}])"},
    {"a_shortened_grant_is_shut_until_approved", true,
     R"({"day": 3, "id": "grant", "type": "AuditAccessGranted", "by": "alf", "data": {"grant": "g1", "auditor": "ulf", "allCases": true, "from": "D3", "to": "D9", "ground": "x"}},
        {"day": 3, "type": "AuditAccessApproved", "by": "asta", "data": {"target": "grant"}},
        {"day": 5, "id": "shorter", "type": "AuditAccessGranted", "by": "alf", "data": {"grant": "g1", "auditor": "ulf", "allCases": true, "from": "D3", "to": "D7", "ground": "x"}},
        {"day": 6, "type": "AuditAccessApproved", "by": "asta", "data": {"target": "shorter"}})",
     R"("visible": [{"viewer": "ulf", "day": 4, "events": ["opened"]}, {"viewer": "ulf", "day": 6, "events": ["opened"]}],
        "hidden": [{"viewer": "ulf", "day": 5, "events": ["opened"]}, {"viewer": "ulf", "day": 8, "events": ["opened"]}])"},
    {"a_coordinator_is_called_and_then_named", true,
     R"({"day": 3, "type": "IpGranted", "by": "lise", "data": {"wanted": true, "wantsCoordinator": true}},
        {"day": 4, "type": "CoordinatorNamed", "by": "kei", "data": {"person": "kei", "service": "coordinatingUnit", "ground": "ip"}})",
     R"("hidden": [{"viewer": "kei", "day": 2, "events": ["opened"]}, {"viewer": "kei", "day": 4, "events": ["raised", "secret"]}],
        "partial": [{"viewer": "kei", "day": 3, "classes": ["fact"], "events": ["opened"]}], "visible": [{"viewer": "kei", "day": 4, "events": ["opened"]}])"},
    {"a_reporter_gets_facts_but_nothing_that_names_barnevern", true, "",
     R"("partial": [{"viewer": "rita", "day": 2, "classes": ["fact"], "events": ["opened", "raised"]}],
        "hidden": [{"viewer": "rita", "day": 2, "events": ["e8", "e11", "secret", "duty", "anonymous"]}])"},
    {"closing_ends_participation_and_opens_to_the_archivist", true,
     R"({"day": 3, "type": "LogClosed", "by": "lise", "data": {"reason": "goal"}},
        {"day": 5, "mode": "imported", "type": "ArchiveReceipted", "by": "alf", "data": {}})",
     R"("visible": [{"viewer": "lise", "day": 4, "events": ["opened"]}, {"viewer": "arne", "day": 3, "events": ["opened"]}, {"viewer": "kari", "day": 5, "events": ["opened"]}],
        "hidden": [{"viewer": "tor", "day": 3, "events": ["opened"]}, {"viewer": "lise", "day": 5, "events": ["opened"]}, {"viewer": "arne", "day": 3, "events": ["raised"]}])"},
};

std::string scenario_of(const Row& row, const std::string& reads) {
  std::string events = kEvents;
  if (row.opened) events += kOpened;
  if (*row.more) events += std::string(",") + row.more;
  return std::string(R"({"name": ")") + row.name + R"(", "day0": "2026-01-12", "profile": )" +
         row.profile + R"(, "people": )" + kPeople + R"(, "events": [)" + events +
         R"(], "reads": [)" + reads + R"(], "expect": {)" + row.expect + "}}";
}

// The report of the row, played through a log of its own.
Result<json::object> report_of(const Row& row, const std::string& reads) {
  const stafett::testing::TemporaryDirectory directory;
  crypto::SeededRandom random{1};
  ENGINE_TRY(scenario, parse_scenario(scenario_of(row, reads)));
  ENGINE_TRY(play, ScenarioPlay::play(scenario, log::LogPaths::beside(directory.path("log")),
                                      storage::posix_files(), random));
  return judge_scenario(scenario, *play);
}

BOOST_DATA_TEST_CASE(a_viewer_is_given_what_the_rows_give, boost::unit_test::data::make(kRows),
                     row) {
  const Result<json::object> report = report_of(row, "");
  BOOST_REQUIRE_MESSAGE(report, (report ? "" : report.error().to_string()));
  BOOST_TEST(json::serialize(report->at("failures")) == "[]");
  BOOST_TEST(report->at("checks").as_uint64() > 1u);  // the first: that nothing was refused
}

constexpr const char* kReads = R"(
  {"day": 3, "id": "by-lise", "by": "lise", "capacity": "holder", "purpose": "followUp"},
  {"day": 3, "id": "by-bo", "by": "bo", "capacity": "participant", "purpose": "followUp"},
  {"day": 3, "id": "of-hidden", "by": "lise", "capacity": "holder", "purpose": "followUp", "entries": ["anonymous"]},
  {"day": 3, "id": "by-kari", "by": "kari", "capacity": "guardian", "purpose": "ownCase"},
  {"day": 3, "id": "by-operator", "by": "system", "capacity": "operator", "purpose": "control"})";

const Row kAccessRows[] = {
    {"facts_of_reads_but_not_barnevern_nor_hidden_ones", true, "",
     R"("partial": [{"viewer": "kari", "day": 3, "classes": ["fact"], "events": ["by-lise", "by-kari", "by-operator"]},
                    {"viewer": "dag", "day": 3, "classes": ["fact"], "events": ["by-bo"]}],
        "visible": [{"viewer": "odd", "day": 3, "events": ["by-lise", "by-bo", "of-hidden"]}],
        "hidden": [{"viewer": "kari", "day": 3, "events": ["by-bo", "of-hidden"]}, {"viewer": "per", "day": 3, "events": ["by-lise"]}, {"viewer": "tor", "day": 3, "events": ["by-lise"]}])"},
    {"names_by_profile", true, "",
     R"("partial": [{"viewer": "kari", "day": 3, "classes": ["fact", "identity"], "events": ["by-lise"]}])",
     R"({"familySeesReaderNames": true})"},
    {"under_the_flag_no_reads_of_staff_but_of_operators", true,
     R"({"day": 3, "time": "08:00", "type": "ProtectionFlagSet", "by": "lise", "data": {"ground": "abuse"}})",
     R"("partial": [{"viewer": "kari", "day": 3, "classes": ["fact"], "events": ["by-kari", "by-operator"]}],
        "hidden": [{"viewer": "kari", "day": 3, "events": ["by-lise", "by-bo"]}])"},
};

BOOST_DATA_TEST_CASE(the_familys_access_list_shows, boost::unit_test::data::make(kAccessRows),
                     row) {
  const Result<json::object> report = report_of(row, kReads);
  BOOST_REQUIRE_MESSAGE(report, (report ? "" : report.error().to_string()));
  BOOST_TEST(json::serialize(report->at("failures")) == "[]");
  BOOST_TEST(report->at("checks").as_uint64() > 1u);
}

}  // namespace
}  // namespace stafett::bti::test
