// What counts in which figure.

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include "engine/base/clock.h"
#include "projections/statistics/tally.h"
#include "tests/projections/rules/memory_log.h"

namespace stafett::bti::test {
BOOST_AUTO_TEST_SUITE(statistics_figures_test)
namespace {

using boost::json::parse;
using boost::json::value;

const DatePeriod kJanuary{*Date::parse("2026-01-01"), *Date::parse("2026-01-31")};
const DatePeriod kFebruary{*Date::parse("2026-02-01"), *Date::parse("2026-02-28")};

// A town whose events are imported: what the rules do not ask of those, they do not refuse.
struct Town {
  MemoryLog log;
  int events = 0;

  explicit Town(Profile profile = {}) : log(std::move(profile)) {
    log.add_service("school", "school");
    log.add_service("north", "kindergarten");
    log.add_person("admin", {"admin"}, "");
  }
  // At noon that day; `recorded`: the day when the log learnt it. The event's label is returned.
  std::string add(const std::string& case_label, const std::string& day, const std::string& type,
                  const std::string& data, const std::string& recorded = "") {
    Command command;
    command.id = "e" + std::to_string(events++);
    command.case_label = case_label;
    command.type = type;
    command.by = "admin";
    command.mode = Mode::imported;
    command.occurred_at = *parse_time(day + "T11:00:00Z");
    command.recorded_at = *parse_time((recorded.empty() ? day : recorded) + "T11:00:00Z");
    command.data = parse(data).as_object();
    const auto refused = log.record(command);
    BOOST_REQUIRE_MESSAGE(!refused, type << ": " << (refused ? refused->code : ""));
    return command.id;
  }
  void concern(const std::string& label, const std::string& day, const char* service = "school",
               const char* birth = "2015-01-01") {
    add(label, day, "ConcernRaised",
        R"({"subject":")" + label + R"(-child","subjectKind":"child","birthDate":")" + birth +
            R"(","source":"employee","service":")" + service + R"(","summary":"x"})");
  }
  void open(const std::string& label, const std::string& day, int level = 1,
            const char* holder = "lise") {
    add(label, day, "LogOpened",
        R"({"level":)" + std::to_string(level) + R"(,"holder":")" + holder +
            R"(","service":"school","consents":[]})");
  }
  void close(const std::string& label, const std::string& day) {
    add(label, day, "LogClosed", R"({"reason":"goal","note":"x"})");
  }
  void measure(const std::string& label, const std::string& day, const char* evaluate_by) {
    add(label, day, "MeasurePlanned",
        R"({"measure":"m1","title":"x","area":"social","arena":["unit"],"service":"school",
            "responsible":"lise","evaluateBy":")" +
            std::string{evaluate_by} + R"("})");
  }
  void evaluated(const std::string& label, const std::string& day, const char* decision,
                 const char* next) {
    add(label, day, "MeasureEvaluated",
        R"({"measure":"m1","effect":"good","decision":")" + std::string{decision} + R"(")" +
            (*next ? R"(,"evaluateBy":")" + std::string{next} + R"(")" : "") + "}");
  }
  void heard(const std::string& label, const std::string& day) {
    add(label, day, "ChildHeard",
        R"({"hearing":"h)" + std::to_string(events) +
            R"(","how":"talk","adult":"lise","view":"x"})");
  }

  value figure(const char* name, DatePeriod period = kJanuary, Knowledge known = {}) const {
    Tally tally;
    for (const std::string& label : log.cases())
      tally.add(
          count_case(id<SubjectId>(label), log.events(label), log.directory(), known, period));
    const boost::json::object all = to_json(tally.figures());
    value figure = all.at(name);
    // Zeros are left out here; that all keys are there has a test of its own.
    if (boost::json::object* cells =
            figure.as_object().contains("cells") ? &figure.at("cells").as_object() : nullptr) {
      boost::json::object some;
      for (const auto& [key, n] : *cells)
        if (n != 0) some[key] = n;
      figure.at("cells") = std::move(some);
    }
    return figure;
  }
};

BOOST_AUTO_TEST_CASE(every_key_of_every_table_is_there) {
  const boost::json::object all = to_json(Figures{});
  const auto keys = [&](const char* table) {
    std::string out;
    for (const auto& [key, n] : all.at(table).at("cells").as_object()) {
      out += (out.empty() ? "" : " ") + std::string{key};
      BOOST_TEST(n == 0);
    }
    return out;
  };
  BOOST_TEST(keys("raised") ==
             "kindergarten school healthStation schoolHealth ppt barnevern youth nav bup gp "
             "adultHealth coordinatingUnit police other");
  BOOST_TEST(keys("decided") == "close level1 level2 level3 report");
  BOOST_TEST(keys("opened") == "1 2 3");
  BOOST_TEST(keys("closed") ==
             "goal noConcern guardianDemand ip moved agedOut subjectChanged death openedInError");
  BOOST_TEST(keys("openAtEnd") == "1 2 3");
  BOOST_TEST(keys("holders") == "1 2 3 4+");
  BOOST_TEST(keys("holderChanges") == "0 1 2 3+");
  BOOST_TEST(keys("reads") ==
             "guardian subject holder participant staff leader coordinator archivist auditor dpo "
             "breakGlass reporter operator");
  const std::string findings = keys("findings");
  BOOST_TEST(findings.size() == 62u * 4 - 1);
  BOOST_TEST(findings.starts_with("F01 F02 "));
  BOOST_TEST(findings.ends_with(" F61 F62"));
  BOOST_TEST(all.size() == 14u);
}

BOOST_AUTO_TEST_CASE(a_concern_counts_by_the_kind_of_its_service_in_its_period_alone) {
  Town town;
  town.concern("a", "2026-01-01");
  town.concern("b", "2026-01-31", "north");
  town.concern("c", "2026-02-01");
  BOOST_TEST(town.figure("raised") ==
             parse(R"({"total":2,"cells":{"kindergarten":1,"school":1}})"));
  BOOST_TEST(town.figure("raised", kFebruary) == parse(R"({"total":1,"cells":{"school":1}})"));
}

BOOST_AUTO_TEST_CASE(days_are_local) {
  Town town;
  Command command;
  command.id = "late";
  command.type = "ConcernRaised";
  command.by = "admin";
  command.mode = Mode::imported;
  command.occurred_at = command.recorded_at = *parse_time("2026-01-31T23:30:00Z");  // 1 February
  command.data = parse(R"({"subject":"ola","subjectKind":"child","source":"employee",
                           "service":"school","summary":"x"})")
                     .as_object();
  BOOST_REQUIRE(!town.log.record(command));
  BOOST_TEST(town.figure("raised").at("total") == 0);
  BOOST_TEST(town.figure("raised", kFebruary).at("total") == 1);
}

BOOST_AUTO_TEST_CASE(the_first_decision_of_a_case_gives_its_days) {
  Town town;
  const auto decided = [&](const char* label, const char* day, const char* outcome) {
    town.add(label, day, "Level0Decided",
             R"({"outcome":")" + std::string{outcome} + R"(","reason":"x"})");
  };
  town.concern("a", "2026-01-02");
  decided("a", "2026-01-12", "report");
  decided("a", "2026-01-22", "level1");
  town.concern("b", "2025-12-30");
  decided("b", "2026-01-02", "close");
  town.concern("c", "2025-12-01");
  decided("c", "2025-12-02", "report");
  decided("c", "2026-01-30", "level2");  // decided before the period
  BOOST_TEST(town.figure("decided") ==
             parse(R"({"total":4,"cells":{"close":1,"level1":1,"level2":1,"report":1}})"));
  BOOST_TEST(town.figure("daysConcernToDecision") == parse(R"({"n":2,"median":6.5})"));
}

BOOST_AUTO_TEST_CASE(a_log_opened_counts_from_the_first_consent_to_open_it) {
  Town town;
  for (const char* label : {"a", "b", "c"}) town.concern(label, "2025-12-01");
  const auto consent = [&](const char* label, const char* day, const char* consent_id, bool opens) {
    town.add(label, day, "GuardianLinked",
             R"({"guardian":"kari","relation":"mother","responsibility":true})");
    town.add(label, day, "ConsentGranted",
             R"({"consent":")" + std::string{consent_id} +
                 R"(","consenter":"kari","services":["school"],"openLog":)" +
                 (opens ? "true" : "false") + R"(,"form":"written","from":")" + day +
                 R"(","recipient":"service"})");
  };
  consent("a", "2026-01-01", "c1", false);
  consent("a", "2026-01-03", "c2", true);
  consent("a", "2026-01-05", "c3", true);
  consent("b", "2025-12-20", "c1", true);
  town.open("a", "2026-01-10", 1);
  town.open("b", "2026-01-10", 3);
  town.open("c", "2026-01-10", 3);  // without consent: no days
  BOOST_TEST(town.figure("opened") == parse(R"({"total":3,"cells":{"1":1,"3":2}})"));
  BOOST_TEST(town.figure("daysConsentToLog") == parse(R"({"n":2,"median":14})"));
}

BOOST_AUTO_TEST_CASE(open_logs_count_at_their_level_and_holders_by_how_many_they_hold) {
  Town town;
  for (int i = 0; i < 7; ++i) {
    const std::string label = "case-" + std::to_string(i);
    town.concern(label, "2025-11-01");
    town.open(label, "2025-12-01", 1, i < 5 ? "lise" : i == 5 ? "mona" : "nils");
  }
  town.add("case-0", "2026-01-20", "LevelChanged", R"({"from":1,"to":3,"reason":"x"})");
  town.add("case-1", "2026-02-01", "LevelChanged", R"({"from":1,"to":2,"reason":"x"})");
  town.close("case-5", "2026-01-31");
  town.add("case-6", "2026-01-30", "HolderLeft", R"({"person":"nils","cause":"sick"})");
  BOOST_TEST(town.figure("openAtEnd") == parse(R"({"total":6,"cells":{"1":5,"3":1}})"));
  BOOST_TEST(town.figure("holders") == parse(R"({"total":1,"cells":{"4+":1}})"));
  const DatePeriod before{kJanuary.from, kJanuary.to - 1};
  BOOST_TEST(town.figure("holders", {before.from, before.to - 1}) ==
             parse(R"({"total":3,"cells":{"1":2,"4+":1}})"));
}

BOOST_AUTO_TEST_CASE(changes_of_holder_count_while_the_log_is_open_when_it_is_closed) {
  Town town;
  town.concern("a", "2025-11-01");
  const auto appointed = [&](const char* day) {
    town.add("a", day, "HolderAppointed", R"({"person":"mona","service":"school"})");
  };
  appointed("2025-11-02");  // before the log
  town.open("a", "2025-12-01");
  town.add("a", "2025-12-02", "BatonOffered", R"({"offer":"o1","to":"mona","service":"school"})");
  town.add("a", "2025-12-03", "BatonAccepted", R"({"offer":"o1","person":"mona"})");
  appointed("2025-12-04");
  town.close("a", "2026-01-05");
  appointed("2026-01-06");  // after it
  town.concern("b", "2025-11-01");
  town.open("b", "2025-12-01");
  town.close("b", "2026-01-06");
  town.concern("never-opened", "2025-11-01");
  town.close("never-opened", "2026-01-06");
  BOOST_TEST(town.figure("closed") == parse(R"({"total":3,"cells":{"goal":3}})"));
  BOOST_TEST(town.figure("holderChanges") == parse(R"({"total":2,"cells":{"0":1,"2":1}})"));
  BOOST_TEST(town.figure("holderChanges", kFebruary) == parse(R"({"total":0,"cells":{}})"));
}

BOOST_AUTO_TEST_CASE(a_measure_started_counts_from_the_latest_meeting_before) {
  Town town;
  town.concern("a", "2025-12-01");
  town.open("a", "2025-12-02");
  town.measure("a", "2025-12-03", "2026-03-01");
  const auto met = [&](const char* day) {
    town.add("a", day, "MeetingHeld",
             R"({"meeting":"mt)" + std::to_string(town.events) +
                 R"(","kind":"start","services":[],"guardians":[],"childPresent":false})");
  };
  met("2025-12-20");
  met("2026-01-02");
  town.add("a", "2026-01-09", "MeasureStarted", R"({"measure":"m1"})");
  met("2026-01-08");  // told later
  met("2026-01-10");
  BOOST_TEST(town.figure("daysMeetingToMeasure") == parse(R"({"n":1,"median":1})"));
}

BOOST_AUTO_TEST_CASE(an_evaluation_is_in_time_by_the_date_set_before_it) {
  Town town;
  town.concern("a", "2025-11-01");
  town.open("a", "2025-11-02");
  town.measure("a", "2025-11-03", "2026-01-05");
  town.evaluated("a", "2026-01-05", "continue", "2026-01-10");
  town.evaluated("a", "2026-01-11", "continue", "");  // a day late; no next date
  town.evaluated("a", "2026-01-12", "end", "");       // without a date: not asked
  BOOST_TEST(town.figure("evaluatedInTime") == parse(R"({"n":1,"of":2})"));
}

BOOST_AUTO_TEST_CASE(a_child_is_heard_within_the_window_of_the_evaluation) {
  Town town;
  town.concern("a", "2025-11-01");
  town.open("a", "2025-11-02");
  town.heard("a", "2025-11-02");
  town.measure("a", "2025-11-03", "2026-01-05");
  town.heard("a", "2025-11-04");
  town.add("a", "2025-11-05", "MeasureStarted", R"({"measure":"m1"})");
  town.evaluated("a", "2026-01-05", "continue", "2026-01-10");  // heard only before the start
  town.heard("a", "2026-01-06");
  town.evaluated("a", "2026-01-07", "continue", "2026-01-10");  // heard
  town.evaluated("a", "2026-01-08", "continue", "2026-01-10");  // not since
  town.add("a", "2026-01-09", "ChildHearingExempted", R"({"reason":"tooYoung"})");
  town.evaluated("a", "2026-01-10", "continue", "2026-01-10");  // an exemption is no hearing
  town.concern("small", "2025-11-01", "school", "2024-01-01");  // too young for the rule
  town.open("small", "2025-11-02");
  town.measure("small", "2025-11-03", "2026-01-05");
  town.evaluated("small", "2026-01-05", "end", "");
  BOOST_TEST(town.figure("evaluatedWithChild") == parse(R"({"n":1,"of":4})"));
}

BOOST_AUTO_TEST_CASE(reads_count_by_capacity_and_findings_by_the_day_they_became_true) {
  Town town;
  town.concern("a", "2026-01-10");
  town.add("a", "2026-01-11", "EntryRead",
           R"({"reader":"lise","service":"school","capacity":"staff","purpose":"followUp",
               "visit":"v1"})");
  BOOST_TEST(town.figure("reads") == parse(R"({"total":1,"cells":{"staff":1}})"));
  // F01 is true from 25 January: no decision within 14 days. F19: who read had no relation.
  BOOST_TEST(town.figure("findings") == parse(R"({"total":2,"cells":{"F01":1,"F19":1}})"));
  BOOST_TEST(town.figure("findings", {kJanuary.from, *Date::parse("2026-01-24")}).at("total") == 1);
  BOOST_TEST(town.figure("findings", kFebruary).at("total") == 0);
}

BOOST_AUTO_TEST_CASE(corrections_that_are_known_move_and_take_away) {
  Town town;
  town.concern("a", "2025-12-01");
  const auto decision = [&] {
    return town.add("a", "2026-01-10", "Level0Decided", R"({"outcome":"report","reason":"x"})");
  };
  const std::string moved = decision(), voided = decision(), changed = decision();
  const auto correct = [&](const std::string& target, const std::string& what, const char* when) {
    town.add("a", when, "EntryCorrected",
             R"({"target":")" + target + R"(","reason":"x",)" + what + "}");
  };
  correct(moved, R"("occurredAt":"2026-02-10T11:00:00Z")", "2026-03-01");
  correct(voided, R"("void":true)", "2026-03-02");
  correct(changed, R"("changes":{"outcome":"level3"})", "2026-03-03");
  BOOST_TEST(town.figure("decided") == parse(R"({"total":1,"cells":{"level3":1}})"));
  BOOST_TEST(town.figure("decided", kFebruary) == parse(R"({"total":1,"cells":{"report":1}})"));
  Knowledge before;
  before.recorded_at = *parse_time("2026-02-28T11:00:00Z");
  BOOST_TEST(town.figure("decided", kJanuary, before) ==
             parse(R"({"total":3,"cells":{"report":3}})"));
}

BOOST_AUTO_TEST_CASE(what_was_not_known_yet_does_not_count) {
  Town town;
  town.concern("a", "2025-12-01");
  town.add("a", "2026-01-10", "Level0Decided", R"({"outcome":"close","reason":"x"})", "2026-02-05");
  Knowledge known;
  known.recorded_at = *parse_time("2026-02-04T11:00:00Z");
  BOOST_TEST(town.figure("decided", kJanuary, known).at("total") == 0);
  BOOST_TEST(town.figure("decided").at("total") == 1);
}

BOOST_AUTO_TEST_CASE(a_case_of_which_only_reads_are_left_counts_nowhere) {
  Town town;
  town.concern("a", "2026-01-10");
  town.add("a", "2026-01-11", "EntryRead",
           R"({"reader":"lise","service":"school","capacity":"staff","purpose":"followUp",
               "visit":"v1"})");
  const auto& events = town.log.events("a");
  const std::vector<EventPtr> left{events.begin() + 1, events.end()};
  const CaseCounts counts =
      count_case(id<SubjectId>("a"), left, town.log.directory(), {}, kJanuary);
  BOOST_TEST(counts.cells.empty());
  BOOST_TEST(!counts.holder.has_value());
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::bti::test
