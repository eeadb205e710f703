#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/projections/rules/memory_play.h"

namespace stafett::bti::test {
BOOST_AUTO_TEST_SUITE(scenarios_test)
namespace {

namespace json = boost::json;

std::vector<std::string> scenario_files() {
  std::vector<std::string> out;
  for (const auto& entry :
       std::filesystem::directory_iterator(STAFETT_SOURCE_DIR "/tests/projections/scenarios"))
    if (entry.path().extension() == ".json") out.push_back(entry.path().string());
  std::sort(out.begin(), out.end());
  return out;
}

json::object read_scenario(const std::string& path) {
  std::ifstream in(path);
  const std::string text{std::istreambuf_iterator<char>{in}, {}};
  return json::parse(text).as_object();
}

BOOST_DATA_TEST_CASE(the_state_kept_up_through_a_scenario_is_that_of_a_fold_from_scratch,
                     boost::unit_test::data::make(scenario_files()), path) {
  const json::object scenario = read_scenario(path);
  MemoryPlay play(scenario);
  play.play();
  std::map<std::string, std::string> expected, rejected;
  if (const json::value* list = scenario.at("expect").as_object().if_contains("rejected"))
    for (const json::value& one : list->as_array())
      expected.emplace(one.at("id").as_string(), one.at("code").as_string());
  for (const auto& [label, refusal] : play.rejected()) rejected.emplace(label, refusal.code);
  BOOST_TEST((rejected == expected));
  BOOST_TEST(!play.log().cases().empty());
  for (const std::string& label : play.log().cases())
    BOOST_TEST((*play.log().state(label) == play.log().state_at(label, {}, TimeUs{INT64_MAX})));
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::bti::test
