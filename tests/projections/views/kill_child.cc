// One who records, follows and rebuilds without end in the log at argv[1], to be killed. Once it is
// under way it writes bytes to its standard output as fast as they are read: its parent's clock.
//
// Exit status 2: the log or its views did not open.

#include <unistd.h>

#include <random>
#include <thread>

#include "engine/base/encoding.h"
#include "engine/crypto/secret.h"
#include "engine/crypto/system_random.h"
#include "projections/recorder/bti_log.h"
#include "projections/recorder/recorder.h"
#include "projections/views/follower.h"
#include "projections/views/rebuild_views.h"
#include "tests/projections/views/plain_events.h"

namespace stafett::bti {
namespace {

class Busy final {
 public:
  Busy(BtiLog& opened, Views& views, std::uint64_t seed)
      : views_(views), recorder_(*opened.log, *opened.gate), random_(seed) {}

  void run() {
    for (;;) {
      record(static_cast<int>(random_() % 20));
      switch (random_() % 3) {
        case 0: {
          Follower follower{views_, {.cases_max = 2}};
          for (std::uint64_t steps = random_() % 6; steps > 0; --steps)
            if (!follower.step()) ::_exit(2);
          break;
        }
        case 1: {
          if (!rebuild_views(views_, {})) ::_exit(2);
          record(static_cast<int>(random_() % 20));
          Follower follower{views_};
          if (random_() % 2 == 0 && !follower.catch_up()) ::_exit(2);
          break;
        }
        default: {
          Follower follower{views_, {.gather = std::chrono::milliseconds{1}}};
          follower.start();
          record(20);
          if (random_() % 2 == 0 && !rebuild_views(views_, {})) ::_exit(2);
          record(20);
        }
      }
    }
  }

 private:
  void record(int count) {
    for (int i = 0; i < count; ++i) {
      const std::string label = "case-" + std::to_string(random_() % 12);
      recorder_.record(random_() % 4 == 0 ? test::concern(label)
                                          : test::note(label, "k" + std::to_string(random_()),
                                                       static_cast<int>(random_() % 5000)),
                       [](const Answer&) {});
    }
    recorder_.drain();
  }

  Views& views_;
  Recorder recorder_;
  std::mt19937_64 random_;
};

int run(const std::string& directory, std::uint64_t seed) {
  crypto::SystemRandom random;
  ManualClock clock{*parse_time("2026-01-12T08:00:00Z")};
  log::LogOptions options{clock, random, storage::posix_files()};
  options.checkpoint_interval = std::chrono::milliseconds{0};
  Result<BtiLog> opened = open_log(log::LogPaths::beside(directory), options);
  if (!opened || opened->log->read_only_reason()) return 2;
  ViewsPlace place{*opened->log, opened->gate->source()};
  place.store.memtable_bytes = 16u << 10;  // rolls while it runs
  const Result<std::unique_ptr<Views>> views = Views::open(place);
  if (!views) return 2;
  const std::thread ticker{[] {
    while (::write(STDOUT_FILENO, ".", 1) == 1) {
    }
    ::_exit(1);  // the parent is gone
  }};
  Busy{*opened, **views, seed}.run();
  return 0;
}

}  // namespace
}  // namespace stafett::bti

int main(int argc, char* argv[]) {
  stafett::crypto::init();
  if (argc != 3) return 1;
  return stafett::bti::run(argv[1], stafett::parse_decimal(argv[2]).value_or(1));
}
