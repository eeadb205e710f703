// verify and rebuild: the whole log read again, against what its pieces cost alone.

#include <fmt/format.h>

#include <filesystem>

#include "bench/limits.h"
#include "bench/producers.h"
#include "bench/suites.h"
#include "engine/log/verify/directory_verifier.h"
#include "projections/rebuild/rebuild_states.h"

namespace stafett::bench {
namespace {

Result<double> verify_seconds(const log::LogPaths& paths, TreeSize since) {
  crypto::SystemRandom random;
  log::VerifyOptions options;
  options.level = 4;
  options.since = since;
  const Stopwatch watch;
  ENGINE_TRY(report,
             log::verify_directory({paths, storage::posix_files(), random, {}, {}}, options));
  const double seconds = watch.seconds();
  if (!report.ok)
    return Error{Errc::corrupt, report.errors.front().code + " " + report.errors.front().detail};
  return seconds;
}

}  // namespace

Result<void> run_verify(const SuiteOptions& options, Report& report) {
  TownOptions town_options;
  town_options.directory = options.directory + "/verify";
  town_options.cases = options.events / 40 + 1;
  std::filesystem::remove_all(town_options.directory);
  ENGINE_TRY(town, Town::open(town_options));
  const std::uint64_t first = town->size();
  ENGINE_TRY(produced, produce(town->log(), town->sign(options.events, 1, Mix::ordinary), 256));
  const std::uint64_t size = town->size();
  town.reset();

  const log::LogPaths paths = log::LogPaths::beside(log_directory(town_options));
  const TreeSize since{size - produced.events / 10};
  const double events = static_cast<double>(size - first);
  Rounds whole, tail;
  for (unsigned round = 0; round < options.rounds; ++round) {
    const double limit = verify_limit(kLimitSeconds, &whole.cpu);
    const double cpu = cpu_seconds();
    ENGINE_TRY(seconds, verify_seconds(paths, TreeSize{0}));
    whole.cpu.seconds += cpu_seconds() - cpu;
    whole.cpu.events += events;
    ENGINE_TRY(since_seconds, verify_seconds(paths, since));
    whole.add(per_second(events, seconds), limit);
    tail.add(since_seconds, seconds);
  }
  report.add("verify", fmt::format("level 4, {} events signed alone", produced.events), whole,
             "Ed25519 checks, all cores", Promise{Promise::Sense::at_least, 0.85});
  report.add(Line{"verify", "--since, the newest tenth", median(tail.measured), "s",
                  "the whole log", median(tail.limit), tail.ratio(),
                  Promise{Promise::Sense::at_most, 0.2}, ""});
  std::filesystem::remove_all(town_options.directory);
  return {};
}

Result<void> run_rebuild(const SuiteOptions& options, Report& report) {
  TownOptions town_options;
  town_options.directory = grown_directory(options);
  town_options.cases = options.growth / 40 + 1;
  ENGINE_TRY(town, Town::open(town_options));
  ENGINE_TRY_VOID(town->grow(options.growth));
  ENGINE_TRY_VOID(town->log().store().flush());
  log::Log& log = town->log();
  Rounds rounds;
  std::uint64_t cases = 0;
  for (unsigned round = 0; round < options.rounds; ++round) {
    ENGINE_TRY(view, log.store().view());
    ENGINE_TRY(limit, iteration_limit(*view, &rounds.cpu));
    std::atomic<std::uint64_t> visited{0};
    const double cpu = cpu_seconds();
    const Stopwatch watch;
    ENGINE_TRY(rebuilt, bti::rebuild_states({*view, log.index(), town->gate().source()}, {},
                                            [&](bti::CaseState) { ++visited; }));
    rounds.add(per_second(static_cast<double>(rebuilt.events), watch.seconds()), limit);
    rounds.cpu.seconds += cpu_seconds() - cpu;
    rounds.cpu.events += static_cast<double>(rebuilt.events);
    cases = visited.load();
  }
  if (cases != town->case_count()) return Error{Errc::corrupt, "not every case was rebuilt"};
  const std::string what = fmt::format("{} events, {} cases", town->size(), cases);
  report.add("rebuild", what, rounds, "iteration, one thread",
             Promise{Promise::Sense::at_least, 0.20});
  report.add(Line{"rebuild",
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

}  // namespace stafett::bench
