// Work lists: what each role is to see to, and that no item tells of something hidden.

#include "projections/worklists/work_list.h"

#include <boost/json/serialize.hpp>
#include <boost/test/data/test_case.hpp>

#include "engine/base/encoding.h"
#include "projections/worklists/work_of_person.h"
#include "tests/projections/viewer/played_log.h"

namespace stafett::bti::test {
BOOST_AUTO_TEST_SUITE(work_list_test)
namespace {

namespace json = boost::json;

constexpr const char* kPeople = R"({
  "alf": {"roles": ["admin"]}, "asta": {"roles": ["admin"]}, "arne": {"roles": ["archivist"]}, "dag": {"roles": ["dpo"]},
  "kei": {"roles": ["coordinator"], "service": "coordinatingUnit"},
  "lise": {"roles": ["employee"], "service": "school"}, "mona": {"roles": ["employee"], "service": "school"},
  "odd": {"roles": ["leader"], "service": "school"}, "tor": {"roles": ["employee"], "service": "ppt"},
  "eva": {"roles": ["employee"], "service": "bup"}, "kari": {"roles": ["guardian"]}, "ola": {"roles": ["child"]}})";
// Without a birth date: no item about a birthday.
constexpr const char* kRaised = R"(
  {"day": 0, "id": "raised", "type": "ConcernRaised", "by": "lise", "data": {"subject": "ola", "subjectKind": "child", "source": "employee", "service": "school", "summary": "x"}})";
constexpr const char* kDecided = R"(,
  {"day": 0, "type": "ConcernSharedWithLeader", "by": "lise", "data": {"leader": "odd"}},
  {"day": 1, "id": "decided", "type": "Level0Decided", "by": "odd", "data": {"outcome": "level2", "reason": "x"}},
  {"day": 1, "type": "GuardianLinked", "by": "lise", "data": {"guardian": "kari", "relation": "mother", "responsibility": true}},
  {"day": 1, "type": "GuardianAccessGranted", "by": "lise", "data": {"guardian": "kari", "channel": "digital"}})";
constexpr const char* kOpened = R"(,
  {"day": 1, "id": "granted", "type": "ConsentGranted", "by": "kari", "data": {"consent": "c1", "consenter": "kari", "services": ["school", "ppt"], "openLog": true, "form": "digital", "from": "D1", "to": "D200", "recipient": "service"}},
  {"day": 2, "id": "opened", "type": "LogOpened", "by": "lise", "data": {"level": 2, "holder": "lise", "service": "school", "consents": ["c1"]}},
  {"day": 2, "type": "ParticipantAdded", "by": "lise", "data": {"participant": "p1", "service": "ppt", "task": "x"}},
  {"day": 2, "type": "MeasurePlanned", "by": "lise", "data": {"measure": "m1", "title": "x", "area": "social", "arena": ["unit"], "service": "ppt", "responsible": "tor", "evaluateBy": "D20"}},
  {"day": 2, "type": "MeasureStarted", "by": "tor", "data": {"measure": "m1"}})";

enum class Until { raised, decided, opened };
struct Row {
  const char* name;
  Until until;
  const char* more;  // further events, or ""
  std::int64_t day;
  const char* person;
  const char* items;  // "rule ref due for" each, "!" behind what is overdue
};
std::ostream& operator<<(std::ostream& out, const Row& row) {
  return out << row.name;
}

constexpr const char* kHeld =
    R"({"day": 3, "type": "MeetingHeld", "by": "lise", "data": {"meeting": "mt1", "kind": "start", "services": ["school"], "guardians": ["kari"], "childPresent": false, "nextDate": "D12"}})";

const Row kRows[] = {
    {"concern_not_shared_and_not_decided", Until::raised, "", 3, "odd",
     "F01 raised D14 leader, F04 raised D14 leader"},
    {"concern_overdue", Until::raised, "", 15, "odd",
     "F01 raised D14 leader !, F04 raised D14 leader !"},
    {"a_level_that_asks_for_a_log", Until::decided, "", 1, "odd", "logRequired decided D1 leader"},
    {"the_holders_own", Until::opened, "", 3, "lise",
     "F29 m1 D20 holder, F34 e9 D62 holder, F10 c1 D200 holder"},
    {"a_measure_of_ones_own", Until::opened, "", 3, "tor", "F29 m1 D20 responsible"},
    {"what_is_overdue_with_the_holder_is_the_leaders", Until::opened, "", 30, "odd",
     "F29 m1 D20 leader !"},
    {"the_next_meeting", Until::opened, kHeld, 4, "kari",
     "nextMeeting mt1 D12 guardian, evaluation m1 D20 guardian, baton lise - guardian"},
    {"a_meeting_called", Until::opened,
     R"({"day": 3, "type": "MeetingCalled", "by": "lise", "data": {"meeting": "mt2", "kind": "start", "date": "D8"}})",
     4, "kari", "nextMeeting mt2 D8 guardian, evaluation m1 D20 guardian, baton lise - guardian"},
    {"the_baton_offered", Until::opened,
     R"({"day": 3, "type": "BatonOffered", "by": "lise", "data": {"offer": "o1", "to": "tor", "service": "ppt"}})",
     4, "tor", "F22 o1 D10 offered, F29 m1 D20 responsible"},
    {"the_baton_that_one_offers", Until::opened,
     R"({"day": 3, "type": "BatonOffered", "by": "lise", "data": {"offer": "o1", "to": "tor", "service": "ppt"}})",
     4, "lise", "F22 o1 D10 holder, F29 m1 D20 holder, F34 e10 D63 holder, F10 c1 D200 holder"},
    {"no_holder", Until::opened,
     R"({"day": 3, "id": "left", "type": "HolderLeft", "by": "lise", "data": {"person": "lise", "cause": "leave"}})",
     3, "odd", "F23 left D3 leader, noHolder holder D3 leader, F21 left D4 leader"},
    {"raised_with_the_coordinating_unit", Until::opened,
     R"({"day": 3, "id": "asked", "type": "EscalatedToKe", "by": "lise", "data": {"service": "coordinatingUnit", "request": "x"}})",
     4, "kei", "keRequest asked D17 coordinator"},
    {"and_met", Until::opened,
     R"({"day": 3, "id": "asked", "type": "EscalatedToKe", "by": "lise", "data": {"service": "coordinatingUnit", "request": "x"}},
        {"day": 4, "type": "MeetingHeld", "by": "lise", "data": {"meeting": "mt1", "kind": "start", "services": ["school"], "guardians": ["kari"], "childPresent": false, "nextDate": "D12"}})",
     4, "kei", ""},
    {"rights_asked_about", Until::opened,
     R"({"day": 3, "type": "RightsRequested", "by": "kari", "data": {"request": "rq1", "by": "kari", "kind": "access"}})",
     4, "dag", "F62 rq1 D33 dpo"},
    {"closed_and_not_sent", Until::opened,
     R"({"day": 3, "id": "closed", "type": "LogClosed", "by": "lise", "data": {"reason": "moved", "note": "x"}})",
     4, "arne", "F46 closed D33 archivist, notSent fiks D33 archivist"},
    {"sent_and_not_receipted", Until::opened,
     R"({"day": 3, "id": "closed", "type": "LogClosed", "by": "lise", "data": {"reason": "moved", "note": "x"}},
        {"day": 4, "type": "ArchiveSent", "by": "arne", "data": {"message": "a1", "target": "fiks", "digest": "0000000000000000000000000000000000000000000000000000000000000000"}})",
     5, "arne", "F47 a1 D7 archivist, F46 closed D33 archivist"},
    {"a_consent_asked_for", Until::decided,
     R"({"day": 2, "type": "ConsentRequested", "by": "lise", "data": {"request": "r1", "consenter": "kari", "services": ["school"], "openLog": true, "until": "D9"}})",
     3, "kari", "consentAsked r1 D9 guardian"},
    {"a_consent_answered", Until::decided,
     R"({"day": 2, "type": "ConsentRequested", "by": "lise", "data": {"request": "r1", "consenter": "kari", "services": ["school"], "openLog": true, "until": "D9"}},
        {"day": 3, "type": "ConsentRefused", "by": "kari", "data": {"consenter": "kari", "services": ["school"], "openLog": true, "how": "digital"}})",
     3, "kari", ""},
    {"a_consent_that_ends", Until::opened, "", 180, "kari",
     "evaluation m1 D20 guardian !, consentEnding c1 D200 guardian, baton lise - guardian"},
    {"a_transition_planned", Until::opened,
     R"({"day": 3, "id": "move", "type": "TransitionPlanned", "by": "lise", "data": {"kind": "schoolChange", "date": "D100"}})",
     3, "lise", "F29 m1 D20 holder, F59 move D40 holder, F34 move D63 holder, F10 c1 D200 holder"},
    {"a_birthday_is_told_to_whom_the_birth_date_is", Until::opened,
     R"({"day": 3, "id": "born", "type": "EntryCorrected", "by": "lise", "data": {"target": "raised", "reason": "x", "changes": {"birthDate": "2017-05-04"}}})",
     3, "lise", "F29 m1 D20 holder, F34 e9 D62 holder, F10 c1 D200 holder, F59 age18 D3339 holder"},
    {"nothing_for_others", Until::opened, "", 30, "mona", ""},
    {"nothing_for_whom_no_consent_covers", Until::opened,
     R"({"day": 3, "type": "ConsentWithdrawn", "by": "kari", "data": {"consent": "c1", "services": ["ppt"], "how": "digital"}})",
     4, "tor", ""},
    // The leader of the home service sees what its own people recorded of barnevern.
    {"a_duty_to_report_left_open", Until::opened,
     R"({"day": 3, "id": "duty", "type": "ReportingDutyAssessed", "by": "lise", "data": {"ground": "mistreatment"}})",
     4, "odd", "F52 duty D4 leader"},
    {"a_duty_to_report_is_not_told_to_the_family", Until::opened,
     R"({"day": 3, "id": "duty", "type": "ReportingDutyAssessed", "by": "lise", "data": {"ground": "mistreatment"}})",
     9, "kari", "evaluation m1 D20 guardian, baton lise - guardian"},
    {"a_restricted_meeting_is_not_told", Until::opened,
     R"({"day": 3, "id": "called", "type": "MeetingCalled", "by": "lise", "data": {"meeting": "mt2", "kind": "start", "date": "D8"}},
        {"day": 3, "type": "EntryRestricted", "by": "dag", "data": {"target": "called", "ground": "objection"}})",
     4, "kari", "evaluation m1 D20 guardian, baton lise - guardian"},
    {"a_log_whose_opening_is_hidden_is_not_asked_for", Until::decided,
     R"({"day": 1, "type": "ConsentGranted", "by": "kari", "data": {"consent": "c1", "consenter": "kari", "services": ["ppt"], "openLog": true, "form": "digital", "from": "D1", "recipient": "service"}},
        {"day": 2, "type": "LogOpened", "by": "lise", "data": {"level": 2, "holder": "tor", "service": "ppt", "consents": ["c1"]}})",
     3, "odd", ""},
    {"a_date_moved_by_a_hidden_correction_is_not_told", Until::opened,
     R"({"day": 3, "type": "MeasurePlanned", "id": "planned", "by": "lise", "data": {"measure": "m2", "title": "x", "area": "social", "arena": ["unit"], "service": "ppt", "responsible": "tor", "evaluateBy": "D15"}},
        {"day": 3, "id": "moved", "type": "EntryCorrected", "by": "lise", "data": {"target": "planned", "reason": "x", "changes": {"evaluateBy": "D25"}}},
        {"day": 3, "type": "EntryRestricted", "by": "dag", "data": {"target": "moved", "ground": "objection"}})",
     4, "tor", "F29 m1 D20 responsible"},
    // Read when it was shown; as is known since, it had not happened by then.
    {"a_read_of_barnevern_that_is_hidden_is_not_told", Until::opened,
     R"({"day": 3, "id": "duty", "type": "ReportingDutyAssessed", "by": "tor", "data": {"ground": "none", "outcome": "noReport"}},
        {"day": 4, "id": "read", "type": "EntryRead", "by": "tor", "data": {"reader": "tor", "service": "ppt", "capacity": "participant", "purpose": "followUp", "entries": ["duty"], "visit": "v"}},
        {"day": 6, "type": "EntryCorrected", "by": "tor", "data": {"target": "duty", "reason": "x", "occurredAt": "D5T12:00"}})",
     7, "odd", ""},
    {"a_read_of_barnevern_that_is_shown", Until::opened,
     R"({"day": 3, "id": "duty", "type": "ReportingDutyAssessed", "by": "lise", "data": {"ground": "none", "outcome": "noReport"}},
        {"day": 4, "id": "read", "type": "EntryRead", "by": "lise", "data": {"reader": "lise", "service": "school", "capacity": "holder", "purpose": "followUp", "entries": ["duty"], "visit": "v"}},
        {"day": 6, "type": "EntryCorrected", "by": "lise", "data": {"target": "duty", "reason": "x", "occurredAt": "D5T12:00"}})",
     7, "odd", "F54 read D4 leader !"},
    // The profile in force on the day of what an item is about, not on that of the list.
    {"the_level_of_the_day_of_the_decision", Until::decided,
     R"({"day": 1, "type": "ProfileProposed", "by": "alf", "data": {"version": 2, "effectiveFrom": "D2", "changes": {"logRequiredFromLevel": 3}}},
        {"day": 1, "type": "ProfileApproved", "by": "asta", "data": {"version": 2}})",
     3, "odd", "logRequired decided D1 leader !"},
    {"the_days_before_a_transition_of_its_date", Until::opened,
     R"({"day": 2, "type": "ProfileProposed", "by": "alf", "data": {"version": 2, "effectiveFrom": "D50", "changes": {"transitionPlanDays": 10}}},
        {"day": 2, "type": "ProfileApproved", "by": "asta", "data": {"version": 2}},
        {"day": 3, "id": "move", "type": "TransitionPlanned", "by": "lise", "data": {"kind": "schoolChange", "date": "D100"}})",
     3, "lise", "F29 m1 D20 holder, F34 move D63 holder, F59 move D90 holder, F10 c1 D200 holder"},
    {"the_days_before_a_consents_end_of_when_it_was_given", Until::opened,
     R"({"day": 2, "type": "ProfileProposed", "by": "alf", "data": {"version": 2, "effectiveFrom": "D3", "changes": {"consentSoonDays": 5}}},
        {"day": 2, "type": "ProfileApproved", "by": "asta", "data": {"version": 2}})",
     180, "kari",
     "evaluation m1 D20 guardian !, consentEnding c1 D200 guardian, baton lise - guardian"},
};

std::string scenario_of(const Row& row) {
  std::string events = kRaised;
  if (row.until != Until::raised) events += kDecided;
  if (row.until == Until::opened) events += kOpened;
  if (*row.more) events += std::string(",") + row.more;
  return std::string(R"({"name": "work", "day0": "2026-01-12", "people": )") + kPeople +
         R"(, "events": [)" + events + "]}";
}

// Dates as days of the scenario, events by their labels.
std::string shown(const std::vector<WorkItem>& items, const Scenario& scenario) {
  std::string out;
  const std::int32_t day0 = Date::parse("2026-01-12")->days();
  for (const WorkItem& item : items) {
    std::string ref = item.ref;
    for (const ScenarioEvent& event : scenario.events)
      if (to_uuid_text(scenario_event_id(event.label).view()) == ref) ref = event.label;
    out += (out.empty() ? "" : ", ") + item.rule + " " + ref + " " +
           (item.due == kNoDate ? std::string("-") : "D" + std::to_string(item.due - day0)) + " " +
           std::string(work_role_name(item.role)) + (item.overdue ? " !" : "");
  }
  return out;
}

BOOST_DATA_TEST_CASE(a_person_is_to_see_to, boost::unit_test::data::make(kRows), row) {
  const PlayedLog played(scenario_of(row));
  const auto work =
      work_of_person(played.log(), played.gate(), played.person(row.person), played.day(row.day));
  BOOST_REQUIRE_MESSAGE(work, (work ? "" : work.error().to_string()));
  BOOST_TEST(shown(work->items, played.scenario()) == row.items);
  BOOST_TEST(work->cases.size() == (*row.items ? 1u : 0u));
}

BOOST_AUTO_TEST_CASE(an_item_in_json) {
  BOOST_TEST(
      json::serialize(to_json(WorkItem{"case-1", "F29", "m1", 20512, true, WorkRole::holder})) ==
      R"({"case":"case-1","rule":"F29","ref":"m1","due":"2026-02-28","overdue":true,"for":"holder"})");
  BOOST_TEST(
      json::serialize(
          to_json(WorkItem{"case-1", "baton", "lise", kNoDate, false, WorkRole::subject})) ==
      R"({"case":"case-1","rule":"baton","ref":"lise","due":null,"overdue":false,"for":"subject"})");
}

BOOST_AUTO_TEST_CASE(every_rule_and_code_has_a_name_in_three_languages) {
  for (const Language language : {Language::nb, Language::nn, Language::en}) {
    for (const char* code : {"F01", "F62", "nextMeeting", "logRequired", "noHolder", "keRequest",
                             "notSent", "consentAsked", "consentEnding", "evaluation", "baton"})
      BOOST_TEST(!work_name(code, language).empty(), code);
    for (unsigned role = 0; role <= static_cast<unsigned>(WorkRole::subject); ++role)
      BOOST_TEST(!work_role_name(static_cast<WorkRole>(role), language).empty());
  }
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::bti::test
