// append: events through the whole way, against Ed25519 checks alone, RocksDB alone, PostgreSQL.

#include <fmt/format.h>

#include <filesystem>

#include "bench/limits.h"
#include "bench/postgres.h"
#include "bench/producers.h"
#include "bench/suites.h"

namespace stafett::bench {
namespace {

constexpr std::uint64_t kCases = 2'000;
constexpr std::size_t kWindow = 16;

struct Bench {
  const SuiteOptions& options;
  Report& report;
  Town& town;
};

Result<double> measure(Bench& bench, Inputs inputs, std::size_t producers, CpuCost& cpu) {
  ENGINE_TRY(produced, produce(bench.town.log(), std::move(inputs), producers));
  produced.add_to(cpu);
  return produced.rate();
}

// Each producer has `window` events in flight: 1 is a person's program that waits for its receipt,
// more is one that hands in what it has, as `stafett append` does. Few events in flight wait for
// the disk most of the time: fewer of them say as much.
Result<void> alone(Bench& bench, std::size_t producers, std::size_t window) {
  const std::string name =
      fmt::format("signed alone, {} producers, {} in flight each", producers, window);
  if (!bench.options.wants(name)) return {};
  const std::size_t in_flight = producers * window;
  const std::uint64_t events =
      std::min<std::uint64_t>(bench.options.events, in_flight * (bench.options.events / 64 + 100));
  Rounds rounds;
  for (unsigned round = 0; round < bench.options.rounds; ++round) {
    Inputs inputs = bench.town.sign(events, 1, Mix::ordinary);
    const double limit = verify_limit(kLimitSeconds, &rounds.cpu);
    ENGINE_TRY(rate, measure(bench, std::move(inputs), in_flight, rounds.cpu));
    rounds.add(rate, limit);
  }
  std::optional<Promise> promise;
  if (producers == 64 && window == kWindow) promise = Promise{Promise::Sense::at_least, 0.80};
  bench.report.add("append", name, rounds, "Ed25519 checks, all cores", promise);
  return {};
}

// Returns the last round's groups as they were stored.
Result<StoredGroups> in_groups(Bench& bench, std::uint32_t group_events, std::size_t producers,
                               std::optional<Promise> promise) {
  const std::string name =
      fmt::format("groups of {}, 3 parts, {} producers", group_events, producers);
  Rounds rounds;
  StoredGroups stored;
  if (!bench.options.wants(name)) return stored;
  for (unsigned round = 0; round < bench.options.rounds; ++round) {
    Inputs inputs = bench.town.sign(bench.options.events, group_events, Mix::three_parts);
    const Position first{bench.town.size()};
    ENGINE_TRY(rate, measure(bench, std::move(inputs), producers, rounds.cpu));
    ENGINE_TRY(groups, read_groups(bench.town.log().store(), first));
    stored = std::move(groups);
    ENGINE_TRY(limit, store_limit(stored, bench.options.directory + "/limit", &rounds.cpu));
    rounds.add(rate, limit);
  }
  const auto average = stored.events / stored.batches.size();
  bench.report.add("append", name, rounds, fmt::format("RocksDB, batches of {}", average), promise);
  return stored;
}

Result<void> against_postgres(Bench& bench, const StoredGroups& groups) {
  Result<std::unique_ptr<Postgres>> started =
      Postgres::start(bench.options.directory + "/postgres");
  if (!started) {
    bench.report.add(Line{"append",
                          "against PostgreSQL 15",
                          0,
                          "",
                          "",
                          0,
                          {},
                          {},
                          "not measured: " + started.error().detail()});
    return {};
  }
  Postgres& postgres = **started;
  bench.report.condition("PostgreSQL", postgres.version());
  constexpr double kSeconds = 3;
  double best = 0;
  std::size_t best_clients = 0;
  for (const std::size_t clients : {1u, 8u, 32u, 64u}) {
    ENGINE_TRY(rate, postgres.append_rows(groups, clients, kSeconds));
    bench.report.add(Line{"append",
                          fmt::format("PostgreSQL, one row, {} clients", clients),
                          rate,
                          "events/s",
                          "",
                          0,
                          {},
                          {},
                          ""});
    if (rate > best) {
      best = rate;
      best_clients = clients;
    }
  }
  Rounds rounds;
  for (unsigned round = 0; round < bench.options.rounds; ++round) {
    Inputs inputs = bench.town.sign(bench.options.events, 1, Mix::ordinary);
    ENGINE_TRY(limit, postgres.append_rows(groups, best_clients, kSeconds));
    ENGINE_TRY(rate, measure(bench, std::move(inputs), 64, rounds.cpu));
    rounds.add(rate, limit);
  }
  bench.report.add("append", "signed alone, 64 producers", rounds,
                   fmt::format("PostgreSQL 15, one row, {} clients", best_clients),
                   Promise{Promise::Sense::at_least, 2.2});
  ENGINE_TRY(batches, postgres.append_batches(groups, kSeconds));
  bench.report.add(
      Line{"append", "PostgreSQL, COPY of 256 rows", batches, "events/s", "", 0, {}, {}, ""});
  return {};
}

}  // namespace

Result<void> run_append(const SuiteOptions& options, Report& report) {
  const std::string directory = options.directory + "/append";
  std::filesystem::remove_all(directory);
  TownOptions town_options;
  town_options.directory = directory;
  town_options.cases = kCases;
  ENGINE_TRY(town, Town::open(town_options));
  Bench bench{options, report, *town};
  for (const std::size_t producers : {1u, 8u, 64u}) ENGINE_TRY_VOID(alone(bench, producers, 1));
  ENGINE_TRY_VOID(alone(bench, 64, kWindow));
  ENGINE_TRY(small, in_groups(bench, 16, 8, {}));
  ENGINE_TRY(large, in_groups(bench, 256, 8, Promise{Promise::Sense::at_least, 0.30}));
  if (options.postgres && !large.batches.empty()) ENGINE_TRY_VOID(against_postgres(bench, large));
  town.reset();
  std::filesystem::remove_all(directory);
  return {};
}

}  // namespace stafett::bench
