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

Result<std::unique_ptr<bti::Views>> open_views(Town& town) {
  std::filesystem::remove_all(town.log().paths().views);
  return bti::Views::open({town.log(), town.gate().source()});
}

std::vector<bti::BuildRequest> all_requests() {
  std::vector<bti::BuildRequest> requests;
  for (const bti::CaseProjection* one : bti::all_projections()) requests.push_back({one, {}});
  return requests;
}

// Opens what the views' folds read of every event and leaves it at that: what any rebuild takes at
// the least.
Result<double> measure_opening(Town& town, const storage::Reads& reads) {
  class Nothing final : public bti::CaseSink {
    Result<void> add(std::uint32_t, const SubjectId&, const bti::EventPtr&) override { return {}; }
    Result<void> reached(TreeSize) override { return {}; }
  };
  bti::CaseScan scan;
  scan.end = reads.size();
  scan.parts_of = bti::folded_parts;
  const Stopwatch watch;
  ENGINE_TRY_VOID(bti::scan_cases({reads, town.log().index(), town.gate().source()}, scan,
                                  [](std::size_t) { return std::make_unique<Nothing>(); }));
  return per_second(static_cast<double>(town.size()), watch.seconds());
}

Result<void> measure_rebuild(const SuiteOptions& options, Report& report) {
  TownOptions town_options;
  town_options.directory = grown_directory(options);
  town_options.cases = options.growth / 40 + 1;
  ENGINE_TRY(town, Town::open(town_options));
  ENGINE_TRY_VOID(town->grow(options.growth));
  ENGINE_TRY_VOID(town->log().store().flush());
  const std::vector<bti::BuildRequest> requests = all_requests();
  Rounds rounds, beside_opening;
  for (unsigned round = 0; round < options.rounds; ++round) {
    ENGINE_TRY(view, town->log().store().view());
    ENGINE_TRY(limit, iteration_limit(*view, &rounds.cpu));
    ENGINE_TRY(opening, measure_opening(*town, *view));
    ENGINE_TRY(views, open_views(*town));
    const double cpu = cpu_seconds();
    const Stopwatch watch;
    ENGINE_TRY(built, bti::build_views(*views, requests));
    rounds.add(per_second(static_cast<double>(town->size()), watch.seconds()), limit);
    rounds.cpu.seconds += cpu_seconds() - cpu;
    rounds.cpu.events += static_cast<double>(town->size());
    beside_opening.add(rounds.measured.back(), opening);
    for (const bti::Built& one : built)
      if (one.generation.stopped) return Error{Errc::corrupt, *one.generation.stopped};
  }
  const std::string what = fmt::format("{} views of {} events, {} cases", requests.size(),
                                       town->size(), town->case_count());
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

struct Followed {
  double rate = 0;      // of the appends
  double behind_s = 0;  // until the views had caught up
};

Result<Followed> append_followed(Town& town, bti::Views& views, std::uint64_t events) {
  Inputs inputs = town.sign(events, 1, Mix::ordinary);
  bti::Follower follower{views};
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
  town_options.cases = options.events / 40 + 1;
  std::filesystem::remove_all(town_options.directory);
  ENGINE_TRY(town, Town::open(town_options));
  ENGINE_TRY(views, open_views(*town));
  ENGINE_TRY_VOID(bti::Follower{*views}.catch_up());
  Rounds rounds;
  std::vector<double> behind;
  for (unsigned round = 0; round < options.rounds; ++round) {
    ENGINE_TRY(alone,
               produce(town->log(), town->sign(options.events, 1, Mix::ordinary), kProducers));
    ENGINE_TRY_VOID(bti::Follower{*views}.catch_up());
    ENGINE_TRY(followed, append_followed(*town, *views, options.events));
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
  ENGINE_TRY_VOID(measure_rebuild(options, report));
  return measure_upkeep(options, report);
}

}  // namespace stafett::bench
