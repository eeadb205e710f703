// readers: a log served on loopback, and readers that catch up with it; NATS JetStream and
// PostgreSQL with bodies of the same sizes. suite_readers_live.cc: readers that follow.

#include "bench/suite_readers.h"

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>

#include "bench/limits.h"
#include "bench/postgres_readers.h"
#include "server/client/remote_client.h"
#include "server/observe/freed_memory.h"

namespace stafett::bench {
namespace {

constexpr std::uint64_t kTownCases = 1'000;  // as many as the most readers of one case each
constexpr std::uint64_t kSseEvents = 2'000;
constexpr std::size_t kCatchUpReadBytes = Wire::kReadBytes;

struct CaughtUp {
  double seconds = 0, cpu = 0, reader_cpu = 0;
  std::uint64_t events = 0, bytes = 0;
  double rate() const { return per_second(static_cast<double>(events), seconds); }
};

using MakeReader = std::function<Result<std::unique_ptr<Reader>>()>;
using IsDone = std::function<bool(const Deliveries&)>;

bool is_caught_up(const Deliveries& deliveries) {
  return deliveries.caught_up > 0;
}

// From before the reader connects.
Result<CaughtUp> catch_up(const MakeReader& make, const IsDone& is_done) {
  const double cpu = cpu_seconds();
  const Stopwatch watch;
  Readers readers;
  ENGINE_TRY(reader, make());
  readers.push_back(std::move(reader));
  Deliveries deliveries;
  ENGINE_TRY(reader_cpu, read_all(readers, deliveries, is_done, std::chrono::minutes{10}));
  return CaughtUp{watch.seconds(), cpu_seconds() - cpu, reader_cpu, deliveries.events,
                  deliveries.bytes};
}

std::string note_of(const CaughtUp& one) {
  const auto events = static_cast<double>(one.events);
  return fmt::format("{} events, {:.0f} bytes each; cpu {:.2f} us each, {:.2f} of it the reader's",
                     one.events, static_cast<double>(one.bytes) / events, one.cpu / events * 1e6,
                     one.reader_cpu / events * 1e6);
}

using Limit = std::function<Result<double>(CpuCost& cpu)>;

// In turns with the limit.
Result<double> add_line(ReadersBench& bench, const std::string& what, const MakeReader& make,
                        const std::string& limit_name, const Limit& limit,
                        std::optional<Promise> promise) {
  Rounds rounds;
  CaughtUp last;
  for (unsigned round = 0; round < bench.options.rounds; ++round) {
    ENGINE_TRY(its_limit, limit(rounds.cpu));
    ENGINE_TRY(one, catch_up(make, is_caught_up));
    rounds.add(one.rate(), its_limit);
    last = one;
  }
  const double rate = median(rounds.measured);
  const std::string note =
      note_of(last) + fmt::format(", the limit's {:.2f}; process {:.0f} MiB",
                                  rounds.cpu.limit_each_us(), mib_held_by(::getpid()));
  bench.report.add(Line{"readers", "catch-up, " + what, rate, "events/s", limit_name,
                        median(rounds.limit), rounds.ratio(), promise, note});
  return rate;
}

MakeReader native(ReadersBench& bench, log::PartSet classes) {
  return [&bench, classes] {
    NativeWish wish;
    wish.port = bench.served.native_port();
    wish.key = &bench.served.key();
    wish.classes = classes;
    wish.read_bytes = kCatchUpReadBytes;
    return native_reader(wish);
  };
}

// Our own client, which checks every entry, on two threads. Seconds.
Result<double> checked_catch_up(ReadersBench& bench) {
  server::client::RemoteOptions options;
  options.endpoint = fmt::format("127.0.0.1:{}", bench.served.native_port());
  options.log = "9901";
  const Stopwatch watch;
  ENGINE_TRY(client, server::client::RemoteClient::connect(options, bench.served.key()));
  server::client::Wish wish;
  wish.purpose = "control";
  wish.visit = "bench";
  ENGINE_TRY(stream, client->subscribe(wish));
  while (true) {
    ENGINE_TRY(item, stream->next(std::chrono::seconds{30}));
    if (!item) return Error{Errc::io, "nothing came in time"};
    if (std::holds_alternative<server::client::CaughtUp>(*item)) return watch.seconds();
  }
}

Result<void> measure_checked(ReadersBench& bench, double unchecked) {
  std::vector<double> rates;
  for (unsigned round = 0; round < bench.options.rounds; ++round) {
    ENGINE_TRY(seconds, checked_catch_up(bench));
    rates.push_back(per_second(static_cast<double>(bench.served.size()), seconds));
  }
  const double rate = median(rates);
  bench.report.add(Line{"readers",
                        "catch-up, native, entries only, our client checks",
                        rate,
                        "events/s",
                        "not checked",
                        unchecked,
                        rate / unchecked,
                        {},
                        ""});
  return {};
}

Result<void> measure_openings(ReadersBench& bench) {
  log::PartSet fact;
  fact.add(format::PartClass::fact);
  const MakeReader make = native(bench, fact);
  ENGINE_TRY(first, catch_up(make, is_caught_up));
  bench.report.add(Line{"readers",
                        "catch-up, native, facts, each case's read recorded",
                        first.rate(),
                        "events/s",
                        "",
                        0,
                        {},
                        {},
                        note_of(first)});
  const Limit limit = [&](CpuCost& cpu) -> Result<double> {
    ENGINE_TRY(view, bench.served.town().log().store().view());
    return iteration_limit(*view, &cpu);
  };
  ENGINE_TRY(rate, add_line(bench, "native, facts, reads recorded before", make,
                            "iteration with parts, one thread", limit, {}));
  bench.report.add(Line{"readers",
                        "catch-up, native, facts, reads recorded before",
                        rate,
                        "events/s",
                        "",
                        0,
                        {},
                        Promise{Promise::Sense::at_least, 120'000},
                        ""});
  return {};
}

Result<void> measure_sse(ReadersBench& bench) {
  const std::uint64_t size = bench.served.size();
  ENGINE_TRY(token, bench.served.token());
  SseWish wish;
  wish.port = bench.served.http_port();
  wish.token = token;
  if (size > kSseEvents) wish.after = Position{size - kSseEvents - 1};
  ENGINE_TRY(one, catch_up([&] { return sse_reader(wish); }, is_caught_up));
  bench.report.add(Line{"readers",
                        fmt::format("catch-up, SSE, the last {} entries", kSseEvents),
                        one.rate(),
                        "events/s",
                        "",
                        0,
                        {},
                        {},
                        note_of(one)});
  return {};
}

// Events per second.
Result<double> measure_other(ReadersBench& bench, const std::string& what, const MakeReader& make) {
  const std::uint64_t events = bench.bodies.size();
  std::vector<double> rates;
  CaughtUp last;
  for (unsigned round = 0; round < bench.options.rounds; ++round) {
    ENGINE_TRY(one, catch_up(make, [&](const Deliveries& now) { return now.events >= events; }));
    rates.push_back(one.rate());
    last = one;
  }
  const auto each = static_cast<double>(last.events);
  bench.report.add(Line{"readers",
                        "catch-up, " + what,
                        median(rates),
                        "events/s",
                        "",
                        0,
                        {},
                        {},
                        fmt::format("{} events, {:.0f} bytes each", last.events,
                                    static_cast<double>(last.bytes) / each)});
  return median(rates);
}

Result<void> catch_up_others(ReadersBench& bench, double entries_only) {
  if (bench.nats) {
    ENGINE_TRY_VOID(bench.nats->store(bench.bodies));
    ENGINE_TRY(rate, measure_other(bench, "NATS JetStream, push consumer",
                                   [&] { return bench.nats->reader(false); }));
    bench.report.add(Line{"readers", "catch-up, native, entries only", entries_only, "events/s",
                          "NATS JetStream", rate, entries_only / rate,
                          Promise{Promise::Sense::at_least, 1.0}, ""});
  }
  if (bench.postgres) {
    ENGINE_TRY_VOID(fill_feed(*bench.postgres, bench.bodies));
    ENGINE_TRY(rate, measure_other(bench, "PostgreSQL, 1 000 rows a query",
                                   [&] { return postgres_reader(*bench.postgres, false); }));
    (void)rate;
  }
  return {};
}

Result<std::vector<Bytes>> bodies_of(ServedTown& served, Position first) {
  std::vector<Bytes> bodies;
  ENGINE_TRY(view, served.town().log().store().view());
  ENGINE_TRY_VOID(
      view->scan_with_parts(first, Position{view->size().value()},
                            [&](Position, ByteView entry,
                                std::span<const storage::PartView> parts) -> Result<storage::Scan> {
                              Bytes body{entry.begin(), entry.end()};
                              for (const storage::PartView& part : parts) append(body, part.sealed);
                              bodies.push_back(std::move(body));
                              return storage::Scan::more;
                            }));
  return bodies;
}

template <class Server>
std::unique_ptr<Server> started(Report& report, const char* name,
                                Result<std::unique_ptr<Server>> server) {
  if (server) {
    report.condition(name, (*server)->version());
    return std::move(*server);
  }
  report.add(Line{"readers",
                  std::string{"against "} + name,
                  0,
                  "",
                  "",
                  0,
                  {},
                  {},
                  "not measured: " + server.error().detail()});
  return nullptr;
}

// A thousand readers have both their ends here.
void allow_files() {
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return;
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
}

}  // namespace

Result<void> measure_catch_up(ReadersBench& bench) {
  const Limit entries = [&](CpuCost& cpu) -> Result<double> {
    ENGINE_TRY(view, bench.served.town().log().store().view());
    return entry_iteration_limit(*view, &cpu);
  };
  const SuiteOptions& options = bench.options;
  if (options.wants("catch-up, native, entries only")) {
    ENGINE_TRY(rate,
               add_line(bench, "native, entries only", native(bench, {}), "iteration over entries",
                        entries, Promise{Promise::Sense::at_least, 0.35}));
    ENGINE_TRY_VOID(measure_checked(bench, rate));
    ENGINE_TRY_VOID(catch_up_others(bench, rate));
  }
  if (options.wants("catch-up, native, facts")) ENGINE_TRY_VOID(measure_openings(bench));
  return options.wants("catch-up, SSE") ? measure_sse(bench) : Result<void>{};
}

Result<void> run_readers(const SuiteOptions& options, Report& report) {
  server::FreedMemory::keep_no_large_pieces();  // as `stafett serve`
  allow_files();
  const std::string directory = options.directory + "/readers";
  std::filesystem::remove_all(directory);
  TownOptions town_options;
  town_options.directory = directory;
  town_options.cases = kTownCases;
  ENGINE_TRY(served, ServedTown::open(town_options));
  const Position first{served->size()};
  ENGINE_TRY_VOID(served->town().grow(first.value() + options.events));
  ENGINE_TRY_VOID(served->town().log().store().flush());
  ReadersBench bench{options, report, *served, {}, nullptr, nullptr};
  ENGINE_TRY(bodies, bodies_of(*served, first));
  bench.bodies = std::move(bodies);
  bench.nats = started(report, "NATS", Nats::start(options.directory + "/nats"));
  if (options.postgres)
    bench.postgres =
        started(report, "PostgreSQL", Postgres::start(options.directory + "/postgres"));
  ENGINE_TRY_VOID(measure_catch_up(bench));
  ENGINE_TRY_VOID(measure_live(bench));
  served.reset();
  std::filesystem::remove_all(directory);
  std::filesystem::remove_all(options.directory + "/nats");
  return {};
}

}  // namespace stafett::bench
