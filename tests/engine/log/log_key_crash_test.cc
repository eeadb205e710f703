// The change of the log's own key on a disk that fails at any operation: before or after.

#include <boost/test/data/test_case.hpp>

#include "engine/log/log_key_change.h"
#include "engine/log/verify/directory_verifier.h"
#include "tests/engine/log/fault_place.h"
#include "tests/support/fault_points.h"

namespace stafett::log {
BOOST_AUTO_TEST_SUITE(log_key_crash_test)
namespace {

using namespace stafett::log::testing;
using stafett::testing::Fault;
using stafett::testing::fault_points;
using stafett::testing::FaultPlan;

struct Rotation {
  crypto::PublicKey before;
  Result<transparency::VerifierKey> answer;
};

Rotation rotate(LiveLog& log) {
  const crypto::PublicKey before = log->keyring().log_key().key;
  return {before, rotate_log_key(*log)};
}

std::uint64_t operations_of_a_rotation() {
  FaultPlace place{1};
  LiveLog log{place.place()};
  require_ok(log.create());
  require_ok(log.open());
  place.disk().set_plan({});
  BOOST_REQUIRE(rotate(log).answer);
  log.abandon();
  return place.disk().operations();
}

void check_verifies(FaultPlace& place, LiveLog& log) {
  const LogPaths paths = log.paths();
  const auto report = verify_directory(
      {paths, place.place().files, log.random(), place.place().store, {}}, VerifyOptions{});
  BOOST_REQUIRE_MESSAGE(report, (report ? "" : report.error().to_string()));
  for (const VerifyError& error : report->errors)
    BOOST_ERROR(error.place << ": " << error.code << ": " << error.detail);
}

// What was said holds; the log signs; another change of the key goes through.
void check_before_or_after(FaultPlace& place, LiveLog& log, const Rotation& cut) {
  require_ok(log.open());
  BOOST_TEST(!log->read_only_reason(), log->read_only_reason().value_or(""));
  const crypto::PublicKey now = log->keyring().log_key().key;
  if (cut.answer) BOOST_TEST((now == cut.answer->key));
  const auto files = log.options().files.list(log.paths().keys);
  BOOST_REQUIRE(files);
  if (now != cut.before) BOOST_TEST((std::ranges::count(*files, "log.key.next") == 0));
  log.record(log.new_stream());
  BOOST_REQUIRE(log->checkpoint_now());
  const Rotation again = rotate(log);
  BOOST_REQUIRE_MESSAGE(again.answer, (again.answer ? "" : again.answer.error().to_string()));
  BOOST_TEST((again.answer->key != now));
  log.record(log.new_stream());
  log.close();
  check_verifies(place, log);
}

BOOST_DATA_TEST_CASE(a_change_of_the_log_key_cut_short_is_before_or_after,
                     boost::unit_test::data::make({Fault::power_cut, Fault::io_error,
                                                   Fault::failed_persisted}),
                     fault) {
  const std::uint64_t seed = stafett::testing::seed_from_environment(1);
  const std::uint64_t operations = operations_of_a_rotation();
  BOOST_TEST(operations > 10u);
  std::size_t before = 0, after = 0;
  for (const std::uint64_t at : fault_points(operations, 16, seed)) {
    const FaultPlan plan{fault, at, seed + at};
    BOOST_TEST_CONTEXT(plan) {
      FaultPlace place{plan.seed};
      LiveLog log{place.place(), plan.seed};
      require_ok(log.create());
      require_ok(log.open());
      place.disk().set_plan(plan);
      const Rotation cut = rotate(log);
      log.abandon();
      if (fault == Fault::power_cut)
        place.power_cycle();
      else
        place.disk().set_plan({});
      ++(cut.answer ? after : before);
      check_before_or_after(place, log, cut);
    }
  }
  BOOST_TEST_MESSAGE(operations << " operations: " << before << " refused, " << after << " done");
  BOOST_TEST(before > 0u);
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::log
