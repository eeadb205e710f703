// A writer killed from outside at random moments: what it had printed is there.

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <random>
#include <sstream>

#include "engine/base/encoding.h"
#include "tests/engine/log/test_log.h"
#include "tests/support/fault_disk.h"

namespace stafett::log {
BOOST_AUTO_TEST_SUITE(log_kill_test)
namespace {

using namespace stafett::log::testing;

struct Line {
  std::uint64_t position;
  std::string event, leaf_hash;
};

// Starts the writer, kills it once it has printed `bytes` bytes, and returns its whole lines.
std::vector<Line> write_and_kill(const std::string& directory, std::uint64_t seed,
                                 std::size_t bytes) {
  int ends[2];
  BOOST_REQUIRE(::pipe(ends) == 0);
  const std::string seed_text = std::to_string(seed);
  const pid_t child = ::fork();
  BOOST_REQUIRE(child >= 0);
  if (child == 0) {
    ::dup2(ends[1], STDOUT_FILENO);
    ::close(ends[0]);
    ::close(ends[1]);
    ::execl(STAFETT_LOG_KILL_CHILD, STAFETT_LOG_KILL_CHILD, directory.c_str(), seed_text.c_str(),
            nullptr);
    ::_exit(127);
  }
  ::close(ends[1]);
  std::string text;
  bool killed = false;
  char buffer[4096];
  // Reading to the end, also after the kill: what was printed is in the pipe.
  for (ssize_t n; (n = ::read(ends[0], buffer, sizeof buffer)) > 0;) {
    text.append(buffer, static_cast<std::size_t>(n));
    if (!killed && text.size() >= bytes) {
      killed = true;
      BOOST_REQUIRE(::kill(child, SIGKILL) == 0);
    }
  }
  ::close(ends[0]);
  int status = 0;
  BOOST_REQUIRE(::waitpid(child, &status, 0) == child);
  BOOST_TEST((WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL));
  std::vector<Line> lines;
  std::istringstream whole{text.substr(0, text.rfind('\n') + 1)};
  for (Line line; whole >> line.position >> line.event >> line.leaf_hash;) lines.push_back(line);
  return lines;
}

BOOST_AUTO_TEST_CASE(nothing_acknowledged_is_lost_when_the_writer_is_killed) {
  const stafett::testing::TemporaryDirectory directory;
  const std::uint64_t seed = stafett::testing::seed_from_environment(1);
  BOOST_TEST_MESSAGE("seed " << seed);
  std::mt19937_64 random{seed};
  LiveLog log{Place{LogPaths::beside(directory.path("log"))}, seed};
  require_ok(log.create());
  std::vector<Line> all;
  const int rounds = stafett::testing::by_rounds(3, 10, 200);
  for (int round = 0; round < rounds; ++round) {
    const auto lines = write_and_kill(directory.path("log"), random(), 1 + random() % 40'000);
    all.insert(all.end(), lines.begin(), lines.end());
    require_ok(log.open());
    BOOST_TEST(!log->read_only_reason(), log->read_only_reason().value_or(""));
    for (const Line& line : all) {
      const auto stored = log->store().entry(Position{line.position});
      BOOST_REQUIRE(stored);
      BOOST_TEST(to_hex(transparency::leaf_hash(*stored).view()) == line.leaf_hash);
      BOOST_TEST(to_hex(format::decode_entry(*stored)->intent.event_id.view()) == line.event);
    }
    if (!lines.empty()) {
      const auto opened = log->opener().open(Position{lines.back().position});
      BOOST_REQUIRE(opened);
      BOOST_TEST(opened->erased.empty());
    }
    check_whole(*log);
    log.record(log.new_stream());
    log.close();
  }
  BOOST_TEST(all.size() > 10u);
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::log
