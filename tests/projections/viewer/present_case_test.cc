// A case decided by the gate's state, now, is decided as from all of its events: the same rows and
// the same of every event, for every person of every scenario, at its end and years later.

#include "projections/viewer/present_case.h"

#include <boost/test/data/test_case.hpp>
#include <fstream>
#include <iterator>

#include "projections/recorder/recorder.h"
#include "tests/projections/viewer/marked_scenario.h"

namespace stafett::bti::test {
BOOST_AUTO_TEST_SUITE(present_case_test)
namespace {

Scenario scenario_at(const std::string& path) {
  std::ifstream in(path);
  return PlayedLog::parsed({std::istreambuf_iterator<char>{in}, {}});
}

std::size_t compare(PlayedLog& played, const SubjectId& case_id, const ActorId& viewer) {
  const auto present = PresentCase::of(played.log(), played.gate(), case_id, viewer);
  BOOST_REQUIRE_MESSAGE(present, (present ? "" : present.error().to_string()));
  const Axes axes{{played.log().head().size}, played.clock.now()};
  const auto viewed = ViewerReader(played.log(), played.gate()).view(case_id, viewer, axes);
  BOOST_REQUIRE_MESSAGE(viewed, (viewed ? "" : viewed.error().to_string()));
  BOOST_TEST(((*present)->visibility().rows() == (*viewed)->visibility().rows()));

  const auto record = played.gate().source().subject(case_id);
  BOOST_REQUIRE((record && *record));
  const auto events = played.gate().source().of_case(**record, played.log().head().size);
  BOOST_REQUIRE(events);
  std::map<EventId, Sight> given;
  for (const SeenEvent& one : (*viewed)->seen()) given[one.event->id] = one.sight;
  for (const EventPtr& event : *events) {
    BOOST_TEST(((*present)->visibility().sight(*event) == given[event->id]));
    EventRef ref;
    ref.id = event->id;
    ref.compartment = event->compartment;
    const bool by_content =
        event->compartment == Compartment::access || given[event->id].form == Sight::Form::reported;
    if (!by_content) BOOST_TEST(((*present)->visibility().sight(ref) == given[event->id]));
  }
  return given.size();
}

BOOST_DATA_TEST_CASE(the_gates_state_decides_as_all_events_do,
                     boost::unit_test::data::make(scenario_files()), path) {
  PlayedLog played{scenario_at(path)};
  std::set<std::string> cases;
  TimeUs last;
  for (const ScenarioEvent& event : played.scenario().events) {
    last = std::max(last, event.recorded_at);
    if (event.case_label) cases.insert(*event.case_label);
  }
  std::size_t seen = 0;
  for (const std::int64_t years : {0, 1, 12}) {
    played.clock.set(TimeUs{last.value() + 600'000'000 + years * 31'557'600'000'000});
    for (const std::string& label : cases) {
      const auto id = CaseReader(played.log(), played.gate()).case_named(label);
      if (!id) continue;  // only refused events named it
      for (const Scenario::Person& person : played.scenario().people)
        seen += compare(played, *id, played.person(person.label));
    }
  }
  BOOST_TEST(seen > 0u);
}

BOOST_AUTO_TEST_CASE(the_directory_is_kept_up_as_it_grows) {
  PlayedLog played{scenario_at(scenario_files().front())};
  const TreeSize size = played.log().head().size;
  const auto first = played.gate().directory_known(size);
  BOOST_REQUIRE(first);
  const auto again = played.gate().directory_known(size);
  BOOST_TEST((*first == *again));  // the same one
  played.clock.set(TimeUs{2'000'000'000'000'000});
  JsonEvent event;
  event.type = "ServiceRegistered";
  event.occurred_at = played.clock.now();
  event.actor = "founder";
  event.data = {
      {"service", "newly"}, {"kind", "school"}, {"names", {{"nb", "x"}, {"nn", "x"}, {"en", "x"}}}};
  const Answer answer = Recorder{played.log(), played.gate()}.record_and_wait(std::move(event));
  BOOST_REQUIRE_MESSAGE(std::holds_alternative<Recorded>(answer.result),
                        boost::json::serialize(answer.to_json()));
  const auto grown = played.gate().directory_known(played.log().head().size);
  BOOST_REQUIRE(grown);
  BOOST_TEST((*grown)->has_service("newly"));
  BOOST_TEST(!(*first)->has_service("newly"));
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::bti::test
