// Every simulated event has its type's schema and is accepted by the hard rules, but for the
// planned refusals.

#include <boost/test/unit_test.hpp>

#include "tests/projections/simulate/playing.h"

namespace stafett::bti::test {
BOOST_AUTO_TEST_SUITE(rules_test)
namespace {

BOOST_AUTO_TEST_CASE(every_event_is_accepted_but_for_the_planned_refusals) {
  for (const std::uint64_t seed : {1u, 2u, 3u}) {
    MemoryLog log;
    const Played played = play(options(300, seed), log);
    for (std::size_t i = 0; i < played.surprises.size() && i < 5; ++i)
      BOOST_TEST_MESSAGE("seed " << seed << ": " << played.surprises[i]);
    BOOST_TEST(played.surprises.size() == 0u);
    BOOST_TEST(played.refused > 0u);
  }
}

// Chances raised until every rare turn is taken often.
BOOST_AUTO_TEST_CASE(rare_turns_are_accepted_as_well) {
  SimulationOptions often = options(250, 7);
  Parameters& p = often.parameters;
  for (Chance* chance :
       {&p.pregnant,      &p.raised_by_guardian, &p.protection_flag,   &p.concern_report,
        &p.oral_consent,  &p.consent_exception,  &p.consent_withdrawn, &p.service_refused,
        &p.service_added, &p.handover,           &p.handover_declined, &p.level_change,
        &p.stalled,       &p.access_reviewed,    &p.audited,           &p.school_environment,
        &p.moves,         &p.closure_demanded,   &p.rights_request,    &p.correction,
        &p.break_glass})
    *chance = 3000;
  p.refused_attempt = 500;
  p.read_per_write = 9000;
  p.ages = {1, 1, 1, 5};
  p.closed_at_level0 = 500;
  MemoryLog log;
  const Played played = play(often, log);
  for (std::size_t i = 0; i < played.surprises.size() && i < 5; ++i)
    BOOST_TEST_MESSAGE(played.surprises[i]);
  BOOST_TEST(played.surprises.size() == 0u);
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::bti::test
