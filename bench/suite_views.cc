// views: every view built from the first event on, and what it costs an append to have them kept
// up.

#include <fmt/format.h>

#include <filesystem>

#include "bench/limits.h"
#include "bench/producers.h"
#include "bench/suites.h"
#include "projections/rebuild/case_scan.h"
#include "projections/rebuild/folded_parts.h"
#include "projections/views/follower.h"
#include "projections/views/rebuild_views.h"

namespace stafett::bench {
namespace {

constexpr std::size_t kProducers = 64;

struct Place {
  log::Log& log;
  bti::BtiGate& gate;
  std::uint64_t size() const { return log.head().size.value(); }
};

Result<std::unique_ptr<bti::Views>> open_views(const Place& place) {
  std::filesystem::remove_all(place.log.paths().views);
  bti::ViewsPlace views{place.log, place.gate.source()};
  views.known_directory = std::make_shared<const bti::Directory>(place.gate.directory());
  views.known_directory_at = place.log.head().size;
  return bti::Views::open(views);
}

std::vector<bti::BuildRequest> all_requests() {
  std::vector<bti::BuildRequest> requests;
  for (const bti::CaseProjection* one : bti::all_projections()) requests.push_back({one, {}});
  return requests;
}

// Opens what the views' folds read of every event and leaves it at that: what any rebuild takes at
// the least.
Result<double> measure_opening(const Place& place, const storage::Reads& reads) {
  class Nothing final : public bti::CaseSink {
    Result<void> add(std::uint32_t, const SubjectId&, const bti::TimelineEvent&) override {
      return {};
    }
    Result<void> reached(TreeSize) override { return {}; }
  };
  bti::CaseScan scan;
  scan.end = reads.size();
  scan.parts_of = bti::folded_parts;
  const Stopwatch watch;
  ENGINE_TRY_VOID(bti::scan_cases({reads, place.log.index(), place.gate.source()}, scan,
                                  [](std::size_t) { return std::make_unique<Nothing>(); }));
  return per_second(static_cast<double>(place.size()), watch.seconds());
}

Result<void> measure_rebuild(const Place& place, unsigned round_count, Report& report) {
  ENGINE_TRY_VOID(place.log.store().flush());
  const std::vector<bti::BuildRequest> requests = all_requests();
  const auto events = static_cast<double>(place.size());
  Rounds rounds, beside_opening;
  std::uint64_t cases = 0;
  for (unsigned round = 0; round < round_count; ++round) {
    ENGINE_TRY(view, place.log.store().view());
    ENGINE_TRY(limit, iteration_limit(*view, &rounds.cpu));
    ENGINE_TRY(opening, measure_opening(place, *view));
    ENGINE_TRY(views, open_views(place));
    const double cpu = cpu_seconds();
    const Stopwatch watch;
    ENGINE_TRY(built, bti::build_views(*views, requests));
    rounds.add(per_second(events, watch.seconds()), limit);
    rounds.cpu.seconds += cpu_seconds() - cpu;
    rounds.cpu.events += events;
    beside_opening.add(rounds.measured.back(), opening);
    for (const bti::Built& one : built) {
      if (one.generation.stopped) return Error{Errc::corrupt, *one.generation.stopped};
      cases = std::max(cases, one.cases);
    }
  }
  const std::string what =
      fmt::format("{} views of {} events, {} cases", requests.size(), place.size(), cases);
  report.add("views", what, rounds, "iteration, one thread",
             Promise{Promise::Sense::at_least, 0.20});
  report.add("views", what, beside_opening, "opened, nothing folded",
             Promise{Promise::Sense::at_least, 0.50});
  report.add(Line{"views",
                  what,
                  median(rounds.measured),
                  "events/s",
                  "",
                  0,
                  {},
                  Promise{Promise::Sense::at_least, 200'000},
                  ""});
  return {};
}

Result<void> rebuild_existing(const SuiteOptions& options, Report& report) {
  static crypto::SystemRandom random;
  static SystemClock clock;
  ENGINE_TRY(opened, bti::open_log(log::LogPaths::beside(options.existing),
                                   {clock, random, storage::posix_files()}));
  return measure_rebuild({*opened.log, *opened.gate}, options.rounds, report);
}

Result<void> rebuild_grown(const SuiteOptions& options, Report& report) {
  TownOptions town_options;
  town_options.directory = grown_directory(options);
  town_options.cases = options.growth / 40 + 1;
  ENGINE_TRY(town, Town::open(town_options));
  ENGINE_TRY_VOID(town->grow(options.growth));
  return measure_rebuild({town->log(), town->gate()}, options.rounds, report);
}

struct Followed {
  double rate = 0;      // of the appends
  double behind_s = 0;  // until the views had caught up
};

Result<Followed> append_followed(Town& town, bti::Follower& follower, std::uint64_t events) {
  Inputs inputs = town.sign(events, 1, Mix::ordinary);
  follower.start();
  ENGINE_TRY(produced, produce(town.log(), std::move(inputs), kProducers));
  const Stopwatch watch;
  follower.stop();
  if (const auto failure = follower.failure()) return *failure;
  ENGINE_TRY_VOID(follower.catch_up());
  return Followed{produced.rate(), watch.seconds()};
}

Result<void> measure_upkeep(const SuiteOptions& options, Report& report) {
  TownOptions town_options;
  town_options.directory = options.directory + "/views";
  // Some 40 events a case when all is over, as in a municipality: a row is as large as its case.
  town_options.cases = options.events * (2 * options.rounds) / 40 + 1;
  std::filesystem::remove_all(town_options.directory);
  ENGINE_TRY(town, Town::open(town_options));
  ENGINE_TRY(views, open_views({town->log(), town->gate()}));
  // One throughout, as in a server: the cases that it has folded stay in its memory.
  bti::Follower follower{*views};
  ENGINE_TRY_VOID(follower.catch_up());
  Rounds rounds;
  std::vector<double> behind;
  for (unsigned round = 0; round < options.rounds; ++round) {
    ENGINE_TRY(alone,
               produce(town->log(), town->sign(options.events, 1, Mix::ordinary), kProducers));
    ENGINE_TRY_VOID(follower.catch_up());
    ENGINE_TRY(followed, append_followed(*town, follower, options.events));
    rounds.add(followed.rate, alone.rate());
    behind.push_back(followed.behind_s);
  }
  const std::string what =
      fmt::format("append, alone, 64 producers, {} views kept up", bti::all_projections().size());
  report.add("views", what, rounds, "without a follower", Promise{Promise::Sense::at_least, 0.70});
  report.add(
      Line{"views", "then until the views have caught up", median(behind), "s", "", 0, {}, {}, ""});
  town.reset();
  std::filesystem::remove_all(town_options.directory);
  return {};
}

}  // namespace

Result<void> run_views(const SuiteOptions& options, Report& report) {
  if (!options.existing.empty()) return rebuild_existing(options, report);
  ENGINE_TRY_VOID(rebuild_grown(options, report));
  return measure_upkeep(options, report);
}

}  // namespace stafett::bench
