// Every expectation of every scenario file is met, and every single one is missed when it is
// altered or left out: the player cannot pass by not looking.

#include <algorithm>
#include <boost/json.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <functional>
#include <map>
#include <set>

#include "engine/crypto/system_random.h"
#include "projections/scenario/scenario_report.h"
#include "tests/support/temporary_directory.h"

namespace stafett::bti::test {
BOOST_AUTO_TEST_SUITE(altered_test)
namespace {

std::vector<std::string> scenario_files() {
  std::vector<std::string> files;
  for (const auto& entry :
       std::filesystem::directory_iterator(STAFETT_SOURCE_DIR "/tests/projections/scenarios"))
    if (entry.path().extension() == ".json") files.push_back(entry.path().string());
  std::ranges::sort(files);
  return files;
}

Scenario read_scenario(const std::string& file) {
  const auto text = storage::posix_files().read(file, kScenarioBytesMax);
  BOOST_REQUIRE(text);
  auto scenario = parse_scenario(as_text(*text));
  BOOST_REQUIRE_MESSAGE(scenario, (scenario ? "" : scenario.error().to_string()));
  return *std::move(scenario);
}

// Names of the expectations that are not met.
std::vector<std::string> missed(const Scenario& scenario, const ScenarioPlay& play) {
  const auto report = judge_scenario(scenario, play);
  BOOST_REQUIRE_MESSAGE(report, (report ? "" : report.error().to_string()));
  BOOST_TEST(report->at("skipped").to_number<int>() == 0);
  std::vector<std::string> names;
  for (const boost::json::value& failure : report->at("failures").as_array())
    names.emplace_back(failure.at("expect").as_string());
  return names;
}

struct Alteration {
  std::string expect;  // what is to be missed
  std::function<void(Scenario&)> alter;
};

void alter_findings(const Scenario& scenario, std::vector<Alteration>& to) {
  for (std::size_t i = 0; i < scenario.findings.size(); ++i) {
    const std::string name = "findings/" + std::to_string(i);
    to.push_back({name, [i](Scenario& s) {
                    s.findings[i].push_back({"case", "F01", "nothing", "2026-01-01", {}, {}});
                  }});
    for (std::size_t k = 0; k < scenario.findings[i].size(); ++k) {
      const auto row = [i, k](Scenario& s) -> FindingExpectation& { return s.findings[i][k]; };
      to.push_back({name, [i, k](Scenario& s) {
                      s.findings[i].erase(s.findings[i].begin() + static_cast<std::ptrdiff_t>(k));
                    }});
      to.push_back({name, [row](Scenario& s) { row(s).first = "2001-01-01"; }});
      to.push_back({name, [row](Scenario& s) { row(s).ref += "x"; }});
      to.push_back({name, [row](Scenario& s) {
                      row(s).cleared = row(s).cleared ? std::optional<std::string>{}
                                                      : std::optional<std::string>{"2001-01-01"};
                    }});
      to.push_back({name, [row](Scenario& s) { row(s).profile_version = 77; }});
    }
  }
}

std::vector<Alteration> alterations_of(const Scenario& scenario) {
  std::vector<Alteration> all;
  all.push_back({"rejected", [](Scenario& s) { s.rejected.emplace("nobody", "not-you"); }});
  for (const auto& [label, code] : scenario.rejected) {
    all.push_back({"rejected", [label = label](Scenario& s) { s.rejected.erase(label); }});
    all.push_back({"rejected", [label = label](Scenario& s) { s.rejected[label] = "other"; }});
  }
  for (std::size_t i = 0; i < scenario.states.size(); ++i)
    all.push_back({"stateOn/" + std::to_string(i),
                   [i](Scenario& s) { s.states[i].equals = "something else"; }});
  for (std::size_t i = 0; i < scenario.sights.size(); ++i)
    all.push_back({scenario.sights[i].name, [i](Scenario& s) {
                     s.sights[i].classes = {"narrative", "identity"};
                   }});
  alter_findings(scenario, all);
  for (std::size_t i = 0; i < scenario.statistics.size(); ++i)
    for (const auto& [figure, value] : scenario.statistics[i].figures)
      all.push_back(
          {"statistics/" + std::to_string(i), [i, figure = std::string{figure}](Scenario& s) {
             s.statistics[i].figures[figure] = boost::json::object{{"total", 4711}};
           }});
  return all;
}

BOOST_DATA_TEST_CASE(every_expectation_is_met_and_missed_when_altered,
                     boost::unit_test::data::make(scenario_files()), file) {
  const Scenario scenario = read_scenario(file);
  const testing::TemporaryDirectory directory;
  crypto::SystemRandom random;
  const auto play = ScenarioPlay::play(scenario, log::LogPaths::beside(directory.path("log")),
                                       storage::posix_files(), random);
  BOOST_REQUIRE_MESSAGE(play, (play ? "" : play.error().to_string()));
  BOOST_TEST(missed(scenario, **play) == std::vector<std::string>{},
             boost::test_tools::per_element());
  // One alteration of each expectation at a time.
  std::map<std::string, std::vector<Alteration>> by_expectation;
  for (Alteration& one : alterations_of(scenario)) by_expectation[one.expect].push_back(one);
  for (std::size_t round = 0; !by_expectation.empty(); ++round) {
    Scenario altered = scenario;
    std::set<std::string> expected;
    for (const auto& [name, alterations] : by_expectation) {
      if (round >= alterations.size()) continue;
      alterations[round].alter(altered);
      expected.insert(name);
    }
    if (expected.empty()) break;
    const std::vector<std::string> names = missed(altered, **play);
    BOOST_TEST(std::set(names.begin(), names.end()) == expected, boost::test_tools::per_element());
  }
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::bti::test
