// The power goes while the group that fills the first tile of the second level is recorded. Full
// rounds only: each fault needs a log of more than 65 536 events.

#include "engine/log/log_tree.h"
#include "tests/engine/log/fault_place.h"

namespace stafett::log {
BOOST_AUTO_TEST_SUITE(tiles_crash_test)
namespace {

using namespace stafett::log::testing;
using stafett::testing::Fault;
using stafett::testing::FaultPlan;

constexpr std::uint64_t kSecondLevel = 65'536;
constexpr std::uint64_t kBefore = kSecondLevel - 50;

Outcomes submit(LiveLog& log, std::size_t count) {
  log.tick();
  return log->submit_and_wait(
      log.admin().sign(log.events(log.new_stream(), count), log.clock().now()));
}

void fill(LiveLog& log) {
  require_ok(log.create());
  require_ok(log.open());
  while (log->head().size.value() < kBefore)
    BOOST_REQUIRE(submit(log, std::min<std::uint64_t>(format::kSignedGroupMax,
                                                      kBefore - log->head().size.value()))
                      .at(0));
  BOOST_REQUIRE(log->checkpoint_now());
}

// Returns the size of what was acknowledged.
std::uint64_t cross(LiveLog& log) {
  std::uint64_t size = log->head().size.value();
  for (const std::size_t count : std::initializer_list<std::size_t>{30, 40, 1}) {
    if (!submit(log, count).at(0)) break;
    size += count;
    if (!log->checkpoint_now()) break;
  }
  log.abandon();
  return size;
}

Place place_of(const FaultPlace& faults) {
  Place place = faults.place();
  place.store.write_buffer_bytes = 16u << 20;
  place.store.wal_bytes_max = 16u << 20;
  place.domains = Domains::one;
  return place;
}

// Sets the plan just before the boundary. Returns the operations from there on.
std::uint64_t cross_with(const FaultPlan& plan) {
  FaultPlace faults{plan.seed};
  LiveLog log{place_of(faults), plan.seed};
  fill(log);
  faults.disk().set_plan(plan);
  const std::uint64_t size = cross(log);
  const std::uint64_t operations = faults.disk().operations();
  faults.power_cycle();
  require_ok(log.open());
  BOOST_TEST(!log->read_only_reason(), log->read_only_reason().value_or(""));
  BOOST_TEST(log->head().size.value() >= size);
  BOOST_TEST(log->head().size.value() <= kBefore + 71);
  const auto tile = log->store().tile(1, 0);
  BOOST_REQUIRE(tile);
  BOOST_TEST(tile->has_value() == (log->head().size.value() >= kSecondLevel));
  BOOST_REQUIRE(submit(log, 80).at(0));
  BOOST_REQUIRE(log->checkpoint_now());
  BOOST_TEST(log->store().tile(1, 0)->has_value());
  check_whole(*log);
  log.reopen();
  check_whole(*log);
  return operations;
}

boost::test_tools::assertion_result in_full_rounds(boost::unit_test::test_unit_id) {
  return full_rounds();
}

BOOST_AUTO_TEST_CASE(a_power_cut_where_the_second_level_begins_loses_nothing,
                     *boost::unit_test::precondition(in_full_rounds)) {
  const std::uint64_t seed = stafett::testing::seed_from_environment(1);
  const std::uint64_t operations = cross_with({Fault::none, 0, seed});
  BOOST_TEST(operations > 10u);
  constexpr std::uint64_t kPoints = 12;  // each takes seconds
  for (std::uint64_t i = 0; i < kPoints; ++i) {
    const FaultPlan plan{Fault::power_cut, i * operations / kPoints, seed};
    BOOST_TEST_MESSAGE(plan);
    BOOST_TEST_CONTEXT(plan) {
      cross_with(plan);
    }
  }
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::log
