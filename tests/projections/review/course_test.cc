// What the picture of one case shows, and what it says in words.

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include "engine/base/clock.h"
#include "projections/findings/evaluate.h"
#include "projections/review/charts.h"
#include "tests/projections/rules/memory_log.h"

namespace stafett::bti::test {
BOOST_AUTO_TEST_SUITE(course_test)
namespace {

// A case whose events are imported: what the rules do not ask of those, they do not refuse.
class OneCase final {
 public:
  OneCase() {
    log_.add_service("school", "school");
    log_.add_person("admin", {"admin"}, "");
    add("2026-01-05", "ConcernRaised",
        R"({"subject":"kim","subjectKind":"child","birthDate":"2015-01-01","source":"employee",
            "service":"school","summary":"x"})");
  }
  void add(const std::string& day, const std::string& type, const std::string& data) {
    Command command;
    command.id = "e" + std::to_string(events_++);
    command.type = type;
    command.by = "admin";
    command.mode = Mode::imported;
    command.occurred_at = command.recorded_at = *parse_time(day + "T11:00:00Z");
    command.data = boost::json::parse(data).as_object();
    const auto refused = log_.record(command);
    BOOST_REQUIRE_MESSAGE(!refused, type << ": " << (refused ? refused->code : ""));
  }
  void open(const std::string& day) {
    add(day, "LogOpened", R"({"level":1,"holder":"lise","service":"school","consents":[]})");
  }
  CaseCourse course() const {
    const auto case_id = id<SubjectId>("case");
    const DatePeriod year{*Date::parse("2026-01-01"), *Date::parse("2026-12-31")};
    const CaseTrack track =
        track_of(case_id, log_.events("case"), log_.directory(), {}, end_of_day(year.to));
    return course_of(track, review_case(case_id, track, year), year.to);
  }

 private:
  MemoryLog log_;
  int events_ = 0;
};

std::int32_t day(const char* text) {
  return Date::parse(text)->days();
}

BOOST_AUTO_TEST_CASE(level_0_goes_on_after_a_report_and_ends_when_it_is_closed) {
  OneCase one;
  one.add("2026-01-10", "Level0Decided", R"({"outcome":"report","reason":"x"})");
  BOOST_REQUIRE_EQUAL(one.course().levels.size(), 1u);
  BOOST_TEST(one.course().levels[0].until == kNoDate);
  one.add("2026-02-10", "Level0Decided", R"({"outcome":"close","reason":"x"})");
  BOOST_TEST(one.course().levels[0].until == day("2026-02-10"));
}

BOOST_AUTO_TEST_CASE(the_holder_goes_on_when_an_earlier_one_leaves) {
  OneCase one;
  one.open("2026-01-20");
  one.add("2026-02-01", "HolderAppointed", R"({"person":"mona","service":"school"})");
  one.add("2026-03-01", "HolderLeft", R"({"person":"lise","cause":"sick"})");
  BOOST_REQUIRE_EQUAL(one.course().holders.size(), 2u);
  BOOST_TEST(one.course().holders[0].until == day("2026-02-01"));
  BOOST_TEST(one.course().holders[1].until == kNoDate);
  one.add("2026-04-01", "HolderLeft", R"({"person":"mona","cause":"sick"})");
  BOOST_TEST(one.course().holders[1].until == day("2026-04-01"));
}

BOOST_AUTO_TEST_CASE(the_picture_of_a_case_says_in_words_what_it_shows) {
  OneCase one;
  one.open("2026-01-20");
  one.add("2026-02-01", "LevelChanged", R"({"from":1,"to":3,"reason":"x"})");
  one.add(
      "2026-02-02", "MeetingHeld",
      R"({"meeting":"mt1","kind":"start","services":["school"],"guardians":[],"childPresent":false})");
  const std::string picture = case_chart(one.course(), ReviewTexts{Language::en});
  const std::string told = picture.substr(picture.find("<desc"), picture.find("</desc>"));
  for (const char* word : {"0 from 2026-01-05; 1 from 2026-01-20; 3 from 2026-02-01",
                           "Baton holder: A, school from 2026-01-20", "Meetings: 1",
                           "Talks with the child: 0", "of these 0 without ground", "F05 from"})
    BOOST_TEST(told.find(word) != std::string::npos, word << " in " << told);
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::bti::test
