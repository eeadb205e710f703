// open, memory and growth: what must not grow with the length of a log.

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>

#include "bench/limits.h"
#include "bench/producers.h"
#include "bench/suites.h"

namespace stafett::bench {
namespace {

constexpr std::uint64_t kEventsPerCase = 40;
constexpr std::uint64_t kFirstSize = 100'000;

TownOptions grown_options(const std::string& directory, std::uint64_t events) {
  TownOptions options;
  options.directory = directory;
  options.cases = events / kEventsPerCase + 1;
  return options;
}

Result<void> make_grown(const SuiteOptions& options) {
  ENGINE_TRY(town, Town::open(grown_options(grown_directory(options), options.growth)));
  return town->grow(options.growth);
}

// What the child prints; an error when it does not end well, unless it was to be killed.
enum class End { well, killed };
Result<double> child(const SuiteOptions& options, const std::string& what, std::uint64_t events,
                     End end = End::well) {
  const std::string command = fmt::format("{} --child {} --dir {} --events {}", options.program,
                                          what, grown_directory(options), events);
  std::FILE* out = ::popen(command.c_str(), "r");
  if (out == nullptr) return Error{Errc::io, "cannot start " + command};
  double value = 0;
  const bool said = std::fscanf(out, "%lf", &value) == 1;
  const bool ended_well = ::pclose(out) == 0;
  if (!said || ended_well != (end == End::well))
    return Error{Errc::io, "a child failed: " + command};
  return value;
}

double resident_mib(const char* name) {
  std::ifstream in{"/proc/self/status"};
  for (std::string line; std::getline(in, line);)
    if (line.starts_with(name))
      return std::stod(line.substr(line.find_first_of("0123456789"))) / 1024;
  return 0;
}

Result<double> open_seconds(const std::string& directory) {
  crypto::SystemRandom random;
  SystemClock clock;
  const log::LogPaths paths = log::LogPaths::beside(log_directory({directory}));
  const Stopwatch watch;
  ENGINE_TRY(opened, bti::open_log(paths, {clock, random, storage::posix_files()}));
  const double seconds = watch.seconds();
  if (const auto reason = opened.log->read_only_reason()) return Error{Errc::read_only, *reason};
  return seconds;
}

// Serves appends, each signed alone, and says the most it ever held.
Result<double> serve(const std::string& directory, std::uint64_t events) {
  ENGINE_TRY(town, Town::open({directory}));
  constexpr std::uint64_t kStep = 4096;  // bounds the inputs, which are not the log's
  for (std::uint64_t done = 0; done < events; done += kStep)
    ENGINE_TRY_VOID(produce(town->log(), town->sign(kStep, 1, Mix::ordinary), 64));
  return resident_mib("VmHWM:");
}

Result<double> die(const std::string& directory, std::uint64_t events) {
  ENGINE_TRY(town, Town::open({directory}));
  ENGINE_TRY_VOID(town->grow(town->size() + events));
  fmt::print("{}\n", 1);
  std::fflush(stdout);
  ::kill(::getpid(), SIGKILL);
  return 0.0;
}

}  // namespace

std::string grown_directory(const SuiteOptions& options) {
  return options.directory + "/grown";
}

int run_child(const std::string& what, const std::string& directory, std::uint64_t events) {
  const Result<double> value = what == "open"    ? open_seconds(directory)
                               : what == "serve" ? serve(directory, events)
                                                 : die(directory, events);
  if (!value) {
    fmt::print(stderr, "{}: {}\n", what, value.error().to_string());
    return 1;
  }
  fmt::print("{}\n", *value);
  return 0;
}

Result<void> run_open(const SuiteOptions& options, Report& report) {
  ENGINE_TRY_VOID(make_grown(options));
  std::vector<double> clean, killed;
  for (unsigned round = 0; round < options.rounds; ++round) {
    ENGINE_TRY(seconds, child(options, "open", 1));
    clean.push_back(seconds);
  }
  for (unsigned round = 0; round < options.rounds; ++round) {
    // More than the write-ahead log may hold, so that the replay is as long as it gets.
    ENGINE_TRY_VOID(child(options, "die", 60'000, End::killed));
    ENGINE_TRY(seconds, child(options, "open", 1));
    killed.push_back(seconds);
  }
  const std::string at = fmt::format(", {} events", options.growth);
  report.add(Line{"open",
                  "after a clean stop" + at,
                  median(clean),
                  "s",
                  "",
                  0,
                  {},
                  Promise{Promise::Sense::at_most, 1},
                  ""});
  report.add(Line{"open",
                  "after a kill" + at,
                  median(killed),
                  "s",
                  "",
                  0,
                  {},
                  Promise{Promise::Sense::at_most, 3},
                  ""});
  return {};
}

Result<void> run_memory(const SuiteOptions& options, Report& report) {
  ENGINE_TRY_VOID(make_grown(options));
  ENGINE_TRY(most, child(options, "serve", options.events));
  report.add(Line{"memory",
                  fmt::format("serving appends, {} events", options.growth),
                  most,
                  "MiB",
                  "",
                  0,
                  {},
                  Promise{Promise::Sense::at_most, 1024},
                  ""});
  return {};
}

// The cost of an append in Ed25519 checks, so that a machine that others use now and then does not
// look like a log that grew slow.
Result<void> run_growth(const SuiteOptions& options, Report& report) {
  double first_cost = 0;
  for (std::uint64_t size = std::min(kFirstSize, options.growth); size <= options.growth;
       size *= 10) {
    ENGINE_TRY(town, Town::open(grown_options(grown_directory(options), size)));
    ENGINE_TRY_VOID(town->grow(size));
    Rounds rounds;
    // The first round fills the tables of cases in use; it does not count.
    for (unsigned round = 0; round <= options.rounds; ++round) {
      Inputs inputs = town->sign(options.events, 1, Mix::ordinary);
      const double limit = verify_limit(kLimitSeconds);
      ENGINE_TRY(produced, produce(town->log(), std::move(inputs), 64));
      if (round > 0)
        rounds.add(per_second(static_cast<double>(produced.events), produced.seconds), limit);
    }
    const double cost = 1 / rounds.ratio();
    if (first_cost == 0) first_cost = cost;
    report.add(Line{"growth", fmt::format("an append at {} events", size), cost, "checks",
                    fmt::format("at {} events", std::min(kFirstSize, options.growth)), first_cost,
                    cost / first_cost, Promise{Promise::Sense::at_most, 1.15},
                    fmt::format("{:.0f} events/s", median(rounds.measured))});
  }
  return {};
}

}  // namespace stafett::bench
