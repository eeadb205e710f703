// What is planted is what is found: each rule alone, and all of them together.

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "projections/simulate/planters.h"
#include "tests/projections/simulate/playing.h"

namespace stafett::bti::test {
namespace {

constexpr Chance kOften = 10'000;

std::vector<int> planted_rules() {
  std::vector<int> out;
  for (int rule = 1; rule <= kRules; ++rule)
    if (planter_of(rule)) out.push_back(rule);
  return out;
}

// Cases enough for the rule to find a place.
SimulationOptions breaking(int rule) {
  SimulationOptions out = options(150, 11);
  out.breaches.chances[static_cast<std::size_t>(rule)] = kOften;
  return out;
}

BOOST_DATA_TEST_CASE(what_is_planted_is_recorded, planted_rules(), rule) {
  MemoryLog log;
  const Played played = play(breaking(rule), log);
  for (std::size_t i = 0; i < played.surprises.size() && i < 5; ++i)
    BOOST_TEST_MESSAGE(played.surprises[i]);
  BOOST_TEST(played.surprises.size() == 0u);
  BOOST_TEST(played.truth.size() > 0u);
  BOOST_TEST_MESSAGE("rule " << rule << ": " << played.truth.size());
}

}  // namespace
}  // namespace stafett::bti::test
