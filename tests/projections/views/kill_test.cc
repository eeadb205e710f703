// A program killed while it records, follows, rebuilds and swaps: the views it leaves go on to what
// a clean fold of the log makes, each event counted once.

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "projections/views/rebuild_views.h"
#include "tests/projections/views/town.h"
#include "tests/support/fault_disk.h"

namespace stafett::bti {
BOOST_AUTO_TEST_SUITE(views_kill_test)
namespace {

using namespace stafett::bti::test;

// Starts the child and kills it once it has written so many bytes.
void run_and_kill(const std::string& directory, std::uint64_t seed, std::size_t bytes) {
  int ends[2];
  BOOST_REQUIRE(::pipe(ends) == 0);
  const std::string seed_text = std::to_string(seed);
  const pid_t child = ::fork();
  BOOST_REQUIRE(child >= 0);
  if (child == 0) {
    ::dup2(ends[1], STDOUT_FILENO);
    ::close(ends[0]);
    ::close(ends[1]);
    ::execl(STAFETT_VIEWS_KILL_CHILD, STAFETT_VIEWS_KILL_CHILD, directory.c_str(),
            seed_text.c_str(), nullptr);
    ::_exit(127);
  }
  ::close(ends[1]);
  char buffer[4096];
  std::size_t seen = 0;
  bool killed = false;
  for (ssize_t n; (n = ::read(ends[0], buffer, sizeof buffer)) > 0;) {
    seen += static_cast<std::size_t>(n);
    if (killed || seen < bytes) continue;
    killed = true;
    BOOST_REQUIRE(::kill(child, SIGKILL) == 0);
  }
  ::close(ends[0]);
  int status = 0;
  BOOST_REQUIRE(::waitpid(child, &status, 0) == child);
  BOOST_TEST((WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL));
}

BOOST_AUTO_TEST_CASE(views_are_those_of_a_clean_rebuild_however_often_it_is_killed) {
  const std::uint64_t seed = stafett::testing::seed_from_environment(5);
  BOOST_TEST_MESSAGE("seed " << seed);
  std::mt19937_64 random{seed};
  Municipality m;
  const std::string directory = m.paths.database;
  const int rounds = by_rounds(2, 5, 100);
  std::size_t survived = 0;  // views that were gone on with
  for (int round = 0; round < rounds; ++round) {
    m.close();
    run_and_kill(directory, random(), 1 + random() % 400'000);
    m.open();
    const auto views = views_of(m);
    BOOST_TEST(!views->thrown_away());
    for (const Generation& one : views->generations())
      if (one.role == Role::serving && one.size > TreeSize{0}) ++survived;
    Follower follower{*views};
    ok(follower.catch_up());
    require_clean(m, *views);
    if (round % 10 == 4)
      for (const RebuiltView& view : got(rebuild_views(*views, {}))) BOOST_TEST(view.is_well());
  }
  BOOST_TEST(survived > 0u);
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::bti
