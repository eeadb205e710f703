// A simulated municipality with breaches in it: what is opened for the views is all that their
// folds read, for every type of event that the simulation knows.

#include "projections/simulate/simulation.h"
#include "tests/projections/views/town.h"

namespace stafett::bti {
BOOST_AUTO_TEST_SUITE(simulated_town_test)
namespace {

using namespace stafett::bti::test;

// Without follower or build: everything that is recorded in one and a half year.
void simulate(Municipality& m, std::uint64_t seed) {
  SimulationOptions options;
  options.cases = 60;
  options.seed = seed;
  options.from = local_date(m.clock.now()) + 1;
  options.to = options.from + 550;
  options.breaches.chances.fill(300);
  const auto simulation = got(Simulation::start(options));
  while (const auto next = simulation->next()) {
    m.clock.set(next->recorded_at);
    m.recorder->record(next->event, [](const Answer&) {});
    m.recorder->drain();
  }
}

BOOST_AUTO_TEST_CASE(views_of_a_simulated_town_are_those_of_events_that_are_wholly_open) {
  const std::uint64_t seed = stafett::testing::seed_from_environment(23);
  BOOST_TEST_MESSAGE("seed " << seed);
  Municipality m;
  simulate(m, seed);
  BOOST_TEST(m.bti.log->head().size.value() > 1000u);
  {
    const auto kept_up = views_of(m);
    ok(Follower{*kept_up}.catch_up());
    require_clean(m, *kept_up);
  }
  std::filesystem::remove_all(m.bti.log->paths().views);
  const auto built = views_of(m);
  std::vector<BuildRequest> requests;
  for (const CaseProjection* projection : all_projections()) requests.push_back({projection, {}});
  (void)got(build_views(*built, requests));
  ok(Follower{*built}.catch_up());
  require_clean(m, *built);
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::bti
