// The guard through a failure at every step: killed, or without power.

#include <boost/test/unit_test.hpp>

#include "tests/engine/log/keeping/guard_states.h"
#include "tests/engine/log/keeping/memory_files.h"

namespace stafett::log {
BOOST_AUTO_TEST_SUITE(guard_crash_test)
namespace {

struct Progress {
  std::uint64_t acknowledged = 0;
  std::uint64_t attempted = 0;  // the newest size handed to pending()
  std::uint64_t published = 0;
};

// What a writer does, until something fails.
Result<void> write(MemoryFiles& files, Progress& progress) {
  ENGINE_TRY(guard, Guard::open(files, kGuardPath, kOrigin));
  ENGINE_TRY_VOID(guard->begin(guard->required()));
  progress.acknowledged = guard->required().size.value();
  for (int group = 0; group < 4; ++group) {
    progress.attempted = progress.acknowledged + 3;
    const TreeState next = state_at(progress.attempted);
    ENGINE_TRY_VOID(guard->pending(next.size, next.root));
    ENGINE_TRY_VOID(guard->confirm());
    progress.acknowledged = progress.attempted;
    if (group % 2 == 0) {
      ENGINE_TRY_VOID(guard->swap_checkpoint(TreeSize{progress.published},
                                             checkpoint_at(progress.acknowledged)));
      progress.published = progress.acknowledged;
    }
  }
  return guard->flush();
}

enum class Loss { killed, power };

void check(MemoryFiles& left, const Progress& progress, Loss loss) {
  const auto guard = Guard::open(left, kGuardPath, kOrigin);
  BOOST_REQUIRE_MESSAGE(guard, guard.error().to_string());
  const TreeState required = (*guard)->required();
  const std::uint64_t known =
      (*guard)->possible() ? (*guard)->possible()->size.value() : required.size.value();
  BOOST_TEST((required == state_at(required.size.value())));
  BOOST_TEST(required.size.value() <= progress.attempted);
  BOOST_TEST(required.size.value() >= progress.published);
  BOOST_TEST(known >= progress.acknowledged);
  // A killed process forgets nothing; a power cut may turn the last group into a possible one.
  const std::uint64_t certain = loss == Loss::killed        ? progress.acknowledged
                                : progress.acknowledged > 3 ? progress.acknowledged - 3
                                                            : 0;
  BOOST_TEST(required.size.value() >= certain);
}

BOOST_AUTO_TEST_CASE(what_was_acknowledged_is_required_after_a_failure_at_any_step) {
  for (const Applied applied : {Applied::no, Applied::partly, Applied::yes}) {
    std::size_t step = 0;
    for (bool failed = true; failed; ++step) {
      MemoryFiles files;
      BOOST_REQUIRE(Guard::create(files, kGuardPath, kOrigin, state_at(0)));
      files.fail_at(step, applied);
      Progress progress;
      const auto outcome = write(files, progress);
      failed = files.failed();
      BOOST_TEST(outcome.has_value() == !failed);
      BOOST_TEST_CONTEXT("step " << step << " applied " << static_cast<int>(applied)) {
        check(*files.after_kill(), progress, Loss::killed);
        for (const Unsynced unsynced : {Unsynced::lost, Unsynced::half, Unsynced::kept})
          check(*files.after_power_cut(unsynced), progress, Loss::power);
      }
    }
    BOOST_TEST(step > 20u);  // the loop did visit the steps
  }
}

BOOST_AUTO_TEST_CASE(a_compaction_failing_at_any_step_requires_no_less) {
  MemoryFiles full;
  std::uint64_t size = 0;
  {
    auto guard = Guard::create(full, kGuardPath, kOrigin, state_at(0));
    BOOST_REQUIRE(guard);
    BOOST_REQUIRE((*guard)->begin(state_at(0)));
    while (full.raw(kGuardPath + "/tail").size() <= Guard::kTailCompactBytes) {
      const TreeState next = state_at(++size);
      BOOST_REQUIRE((*guard)->pending(next.size, next.root));
      BOOST_REQUIRE((*guard)->confirm());
    }
    for (std::size_t step = 0; step < 3; ++step) {
      for (const Applied applied : {Applied::no, Applied::yes}) {
        // The same guard goes on in every turn: pending() must leave it usable for reading.
        const auto files = full.after_kill();
        auto again = Guard::open(*files, kGuardPath, kOrigin);
        BOOST_REQUIRE(again);
        BOOST_TEST(((*again)->required() == state_at(size)));
        files->fail_at(step, applied);
        BOOST_TEST(!(*again)->begin(state_at(size)).has_value());
        for (const auto& left : {files->after_kill(), files->after_power_cut(Unsynced::lost)}) {
          const auto third = Guard::open(*left, kGuardPath, kOrigin);
          BOOST_REQUIRE(third);
          BOOST_TEST(((*third)->required() == state_at(size)));
        }
      }
    }
    const TreeState next = state_at(size + 1);
    BOOST_REQUIRE((*guard)->pending(next.size, next.root));
    BOOST_TEST(full.raw(kGuardPath + "/tail").size() == kGuardHeaderBytes + 2 * kGuardRecordBytes);
    BOOST_REQUIRE((*guard)->confirm());
  }
  const auto guard = Guard::open(full, kGuardPath, kOrigin);
  BOOST_REQUIRE(guard);
  BOOST_TEST(((*guard)->required() == state_at(size + 1)));
}

BOOST_AUTO_TEST_CASE(a_guard_that_failed_takes_no_more) {
  MemoryFiles files;
  auto guard = Guard::create(files, kGuardPath, kOrigin, state_at(0));
  BOOST_REQUIRE(guard);
  BOOST_REQUIRE((*guard)->begin(state_at(0)));
  files.fail_at(1, Applied::yes);  // the sync of the pending record
  const auto failed = (*guard)->pending(TreeSize{1}, state_at(1).root);
  BOOST_REQUIRE(!failed);
  BOOST_TEST((failed.error().code() == Errc::io));
  const auto after = (*guard)->pending(TreeSize{1}, state_at(1).root);
  BOOST_REQUIRE(!after);
  BOOST_TEST((after.error().code() == Errc::read_only));
}

BOOST_AUTO_TEST_CASE(a_half_made_guard_is_none_and_can_be_made_again) {
  for (std::size_t step = 0; step < 7; ++step) {
    MemoryFiles files;
    files.fail_at(step, Applied::no);
    BOOST_REQUIRE(!Guard::create(files, kGuardPath, kOrigin, state_at(0)));
    const auto left = files.after_power_cut(Unsynced::lost);
    const auto missing = Guard::open(*left, kGuardPath, kOrigin);
    BOOST_REQUIRE(!missing);
    BOOST_TEST((missing.error().code() == Errc::not_found));
    BOOST_TEST(Guard::create(*left, kGuardPath, kOrigin, state_at(0)).has_value());
  }
}

BOOST_AUTO_TEST_CASE(an_acceptance_cut_short_still_asks_for_the_old_or_is_done) {
  for (std::size_t step = 0; step < 7; ++step) {
    MemoryFiles files;
    BOOST_REQUIRE(Guard::create(files, kGuardPath, kOrigin, state_at(9)));
    files.fail_at(step, Applied::yes);
    BOOST_REQUIRE(!Guard::accept(files, kGuardPath, kOrigin, state_at(4), checkpoint_at(4)));
    const auto left = files.after_power_cut(Unsynced::lost);
    const auto guard = Guard::open(*left, kGuardPath, kOrigin);
    BOOST_REQUIRE(guard);
    BOOST_TEST(((*guard)->required() == state_at(9) || (*guard)->required() == state_at(4)));
    BOOST_TEST(
        Guard::accept(*left, kGuardPath, kOrigin, state_at(4), checkpoint_at(4)).has_value());
  }
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::log
