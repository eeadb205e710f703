#include <algorithm>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <filesystem>

#include "tests/projections/rules/scenario_play.h"

namespace stafett::bti::test {

namespace {

std::vector<std::string> scenario_files() {
  std::vector<std::string> out;
  for (const auto& entry :
       std::filesystem::directory_iterator(STAFETT_SOURCE_DIR "/tests/projections/scenarios"))
    if (entry.path().extension() == ".json") out.push_back(entry.path().string());
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

BOOST_DATA_TEST_CASE(every_refusal_state_and_visibility_of_the_scenario_holds,
                     boost::unit_test::data::make(scenario_files()), path) {
  ScenarioPlay play(read_scenario(path));
  play.play();
  const ScenarioResult result = play.check();
  BOOST_TEST(result.checks > 0u);
  for (const ScenarioFailure& failure : result.failures)
    BOOST_ERROR(std::filesystem::path(path).stem().string()
                << " " << failure.expect << "\n  want " << failure.want << "\n  got  "
                << failure.got);
  // The kept-up states are those of a fold from scratch.
  for (const std::string& label : play.log().cases())
    BOOST_TEST((*play.log().state(label) == play.log().state_at(label, {}, TimeUs{INT64_MAX})));
}

}  // namespace stafett::bti::test
