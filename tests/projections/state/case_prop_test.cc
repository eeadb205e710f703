// Random cases: events out of order, entered late, corrected and voided. The kept-up state, the
// state from scratch and a snapshot's are one.

#include <rapidcheck.h>

#include <boost/test/unit_test.hpp>

#include "projections/state/case_snapshot.h"
#include "tests/projections/state/random_case.h"

namespace stafett::bti::test {
BOOST_AUTO_TEST_SUITE(case_prop_test)
namespace {

BOOST_AUTO_TEST_CASE(the_kept_up_state_is_the_state_from_scratch) {
  BOOST_TEST(rc::check([] {
    const auto log = random_log();
    const CaseState* kept = log->state("case");
    if (!kept) return;
    RC_ASSERT(*kept == log->state_at("case", {}, TimeUs{INT64_MAX}));
  }));
}

BOOST_AUTO_TEST_CASE(later_events_do_not_change_what_was_known) {
  BOOST_TEST(rc::check([] {
    const auto log = random_log();
    const std::vector<EventPtr>& all = log->events("case");
    if (all.empty()) return;
    const std::size_t cut = *rc::gen::inRange<std::size_t>(0, all.size());
    const std::vector<EventPtr> first(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(cut));
    const Knowledge known{TreeSize{all[cut]->position.value()}, TimeUs{INT64_MAX}};
    const TimeUs as_of{kRandomCaseStart.value() + *rc::gen::inRange(0, 300) * kMinuteUs};
    RC_ASSERT(log->state_at("case", known, as_of) ==
              build(id<SubjectId>("case"), first, {}, as_of));
  }));
}

BOOST_AUTO_TEST_CASE(a_snapshot_gives_the_state_back) {
  BOOST_TEST(rc::check([] {
    const auto log = random_log();
    const CaseState* kept = log->state("case");
    if (!kept) return;
    const Bytes saved = save_snapshot(*kept);
    const auto loaded = load_snapshot(saved);
    RC_ASSERT(loaded.has_value());
    RC_ASSERT(*loaded == *kept);
  }));
}

BOOST_AUTO_TEST_CASE(a_damaged_snapshot_is_an_error_and_no_crash) {
  BOOST_TEST(rc::check([] {
    const auto log = random_log();
    const CaseState* kept = log->state("case");
    if (!kept) return;
    Bytes saved = save_snapshot(*kept);
    const std::size_t cut = *rc::gen::inRange<std::size_t>(0, saved.size());
    RC_ASSERT(!load_snapshot(ByteView(saved).first(cut)).has_value());
    saved[cut] = *rc::gen::arbitrary<std::uint8_t>();
    if (const auto loaded = load_snapshot(saved)) RC_ASSERT(save_snapshot(*loaded) == saved);
  }));
}

BOOST_AUTO_TEST_CASE(a_snapshot_of_another_version_is_unsupported) {
  Bytes saved = save_snapshot(CaseState{});
  saved[0] = kCaseSnapshotVersion + 1;
  const auto loaded = load_snapshot(saved);
  BOOST_REQUIRE(!loaded);
  BOOST_TEST((loaded.error().code() == Errc::unsupported));
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::bti::test
