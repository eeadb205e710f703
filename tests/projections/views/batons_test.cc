// The worked example of docs/how-to/add-a-projection.md: what its rows say.

#include <boost/test/data/test_case.hpp>
#include <fstream>

#include "projections/calendar/calendar.h"
#include "projections/views/batons_projection.h"
#include "tests/projections/rules/memory_play.h"
#include "tests/projections/views/town.h"

namespace stafett::bti {
BOOST_AUTO_TEST_SUITE(batons_test)
namespace {

using namespace stafett::bti::test;

std::string text_of_file(const std::string& path) {
  std::ifstream file{std::string{STAFETT_SOURCE_DIR} + "/" + path};
  return {std::istreambuf_iterator<char>{file}, {}};
}

boost::json::object scenario(const std::string& name) {
  return boost::json::parse(text_of_file("tests/projections/scenarios/" + name)).as_object();
}

// Every case of every scenario: the intervals follow one another, and the last is the holder whom
// the state names.
const char* const kScenarios[] = {"baton.json",        "case-a-ola.json",  "case-b-emma.json",
                                  "case-c-jonas.json", "corrections.json", "two-persons.json"};

BOOST_DATA_TEST_CASE(batons_follow_one_another_and_end_with_the_holder,
                     boost::unit_test::data::make(kScenarios), name) {
  const boost::json::object file = scenario(name);
  MemoryPlay play{file};
  play.play();
  std::size_t holders = 0;
  for (const std::string& label : play.log().cases()) {
    const CaseState* state = play.log().state(label);
    BOOST_REQUIRE(state != nullptr);
    const auto& events = play.log().events(label);
    const auto folded = got(batons_projection().fold(state->id, events, play.log().directory()));
    const auto one_by_one = batons_projection().begin(state->id, play.log().directory());
    std::vector<EventPtr> recorded;
    for (const EventPtr& event : events) {
      recorded.push_back(event);
      ok(one_by_one->add({event}, [&] { return Result<std::vector<EventPtr>>{recorded}; }));
    }
    const Bytes row = got(folded->row());
    BOOST_TEST((row == got(one_by_one->row())));
    if (row.empty()) {
      BOOST_TEST(!state->has_holder);
      continue;
    }
    const auto held = got(read_batons_row(row));
    for (std::size_t i = 0; i + 1 < held.size(); ++i) {
      BOOST_TEST(held[i].until != kNoDate);
      BOOST_TEST(held[i].from <= held[i].until);
      BOOST_TEST(held[i].until <= held[i + 1].from);
    }
    holders += held.size();
    BOOST_TEST((held.back().until == kNoDate) == state->has_holder);
    if (!state->has_holder) continue;
    BOOST_TEST((held.back().person == state->latest_holder->person));
    BOOST_TEST(held.back().from == state->latest_holder->since);
    BOOST_TEST(held.back().service == state->service_name(state->latest_holder->service));
  }
  BOOST_TEST(holders > 0u);
}

// Every line of code of the page is a line of the program.
BOOST_AUTO_TEST_CASE(the_page_shows_what_is_in_the_program) {
  const std::string sources = text_of_file("projections/views/batons_projection.cc") +
                              text_of_file("projections/views/projections.cc");
  std::istringstream page{text_of_file("docs/how-to/add-a-projection.md")};
  bool code = false;
  int lines = 0;
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with("```")) {
      code = line == "```cpp";
      continue;
    }
    if (!code || line.empty()) continue;
    BOOST_TEST(sources.find(line + "\n") != std::string::npos, "not in the program: " << line);
    ++lines;
  }
  BOOST_TEST(lines > 10);
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::bti
