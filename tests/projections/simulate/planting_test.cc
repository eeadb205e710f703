// What is planted is what is found: each rule alone, and all of them together. And what is not
// planted is not there.

#include <algorithm>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <map>
#include <set>

#include "projections/findings/evaluate.h"
#include "projections/simulate/planters.h"
#include "tests/projections/simulate/playing.h"

namespace stafett::bti::test {
BOOST_AUTO_TEST_SUITE(planting_test)
namespace {

std::vector<int> planted_rules() {
  std::vector<int> out;
  for (int rule = 1; rule <= kRules; ++rule)
    if (planter_of(rule)) out.push_back(rule);
  return out;
}

std::vector<PlantedFinding> found_in(const MemoryLog& log, Date last) {
  std::vector<PlantedFinding> out;
  for (const std::string& label : log.cases())
    for (const Finding& finding :
         evaluate(id<SubjectId>(label), log.events(label), log.directory(), {}, end_of_day(last)))
      out.push_back({label, rule_name(finding.rule), finding.ref.print(log)});
  std::sort(out.begin(), out.end());
  return out;
}

// Says where they differ.
void check_same(const std::vector<PlantedFinding>& found,
                const std::vector<PlantedFinding>& planted) {
  const auto tell = [](const auto& some, const auto& all, const char* what) {
    std::vector<PlantedFinding> only;
    std::set_difference(some.begin(), some.end(), all.begin(), all.end(), std::back_inserter(only));
    for (std::size_t i = 0; i < only.size() && i < 5; ++i)
      BOOST_TEST_MESSAGE(what << ": " << only[i].case_label << " " << only[i].rule << " "
                              << only[i].ref);
    BOOST_TEST(only.empty());
  };
  tell(found, planted, "found, not planted");
  tell(planted, found, "planted, not found");
}

void check_played(const SimulationOptions& wanted, std::size_t truth_min) {
  MemoryLog log;
  const Played played = play(wanted, log);
  for (std::size_t i = 0; i < played.surprises.size() && i < 5; ++i)
    BOOST_TEST_MESSAGE(played.surprises[i]);
  BOOST_TEST(played.surprises.size() == 0u);
  BOOST_TEST(played.truth.size() >= truth_min);
  check_same(found_in(log, wanted.to), played.truth);
}

BOOST_AUTO_TEST_CASE(without_breaches_nothing_is_found) {
  check_played(options(200, 5), 0);
}

// The first case of the seed in which the rule finds a place. Nothing else is planted.
SimulationOptions breaking(int rule) {
  SimulationOptions out = options(1, 0);
  out.breaches.chances[static_cast<std::size_t>(rule)] = kCertain;
  constexpr std::uint64_t kSeedsMax = 4000;
  for (out.seed = 1; out.seed <= kSeedsMax; ++out.seed) {
    auto simulation = Simulation::start(out);
    while ((*simulation)->next()) {
    }
    if (!(*simulation)->truth().empty()) break;
  }
  return out;
}

BOOST_DATA_TEST_CASE(one_breach_alone_is_found_and_nothing_else, planted_rules(), rule) {
  check_played(breaking(rule), 1);
}

BOOST_AUTO_TEST_CASE(all_breaches_of_a_small_municipality_are_found_and_nothing_else) {
  for (const std::uint64_t seed : {1u, 2u}) {
    SimulationOptions wanted = options(150, seed);
    wanted.breaches.chances.fill(300);
    check_played(wanted, 60);
  }
}

using Cases = std::map<std::string, std::string>;
// What is told of each case, in one text. `planted`: the cases of the truth.
Cases told(const SimulationOptions& wanted, std::set<std::string>* planted = nullptr) {
  auto simulation = Simulation::start(wanted);
  Cases out;
  while (const auto event = (*simulation)->next())
    out[text_of(*event, "case")] += boost::json::serialize(event->event);
  if (planted)
    for (const PlantedFinding& one : (*simulation)->truth()) planted->insert(one.case_label);
  return out;
}

BOOST_AUTO_TEST_CASE(a_case_without_a_breach_is_as_it_would_have_been) {
  SimulationOptions wanted = options(80, 3);
  const Cases before = told(wanted);
  wanted.breaches.chances.fill(100);
  std::set<std::string> planted;
  const Cases after = told(wanted, &planted);
  BOOST_TEST(planted.size() > 10u);
  BOOST_TEST_REQUIRE(after.size() == before.size());
  for (const auto& [label, text] : before)
    if (!label.empty()) BOOST_TEST((after.at(label) == text) == !planted.contains(label));
}

BOOST_AUTO_TEST_CASE(a_case_with_a_breach_is_the_same_among_few_and_many) {
  SimulationOptions few = options(20, 3);
  few.breaches.chances.fill(200);
  SimulationOptions many = few;
  many.cases = 60;
  const Cases all = told(many);
  for (const auto& [label, text] : told(few))
    if (!label.empty()) BOOST_TEST((all.at(label) == text), label);
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::bti::test
