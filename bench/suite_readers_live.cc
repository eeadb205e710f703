// readers, live: a hundred readers at 500 events a second and a thousand at 100, of ours, of NATS
// JetStream and of PostgreSQL.

#include <fmt/format.h>
#include <unistd.h>

#include "bench/postgres_readers.h"
#include "bench/producers.h"
#include "bench/suite_readers.h"

namespace stafett::bench {
namespace {

struct Load {
  std::size_t readers;
  double rate;
};
constexpr Load kLoads[] = {{100, 500}, {1'000, 100}};
constexpr std::size_t kPostgresReadersMax = 150;  // each has a process there

// What a run cost its server.
struct Measured {
  Live live;
  std::uint64_t expected = 0;
  double server_cpu = 0, mib = 0;
};

// So that a small run is short: 2 s, or more of a longer log.
LiveWish wish_of(const ReadersBench& bench, const Load& load) {
  const double seconds = std::clamp(static_cast<double>(bench.options.events) / 5'000, 2.0, 20.0);
  return {static_cast<std::size_t>(load.rate * seconds), load.rate};
}

std::string name_of(const char* what, const Load& load) {
  return fmt::format("live, {}, {} readers, {:.0f} events/s, p99", what, load.readers, load.rate);
}

std::string note_of(const Measured& one) {
  const Live& live = one.live;
  const Latencies &after = live.from_acknowledged, &whole = live.from_handed_in;
  std::string note = fmt::format(
      "p50 {:.2f}, p99.9 {:.1f} ms; from handing in p50 {:.2f}, p99 {:.1f}, p99.9 {:.1f} ms; {} of "
      "{} delivered; readers' cpu {:.1f} s",
      after.p50, after.p999, whole.p50, whole.p99, whole.p999, live.delivered, one.expected,
      live.reader_cpu);
  if (one.mib > 0) note += fmt::format(", server's {:.1f} s, {:.0f} MiB", one.server_cpu, one.mib);
  if (live.behind_seconds > 1) note += fmt::format("; {:.1f} s behind", live.behind_seconds);
  return note;
}

void add(ReadersBench& bench, const char* what, const Load& load, const Measured& one) {
  bench.report.add(Line{"readers",
                        name_of(what, load),
                        one.live.from_acknowledged.p99,
                        "ms",
                        "",
                        0,
                        {},
                        {},
                        note_of(one)});
}

// Events of the town, each acknowledged when the log says that it is durable.
Publish town_publisher(ServedTown& served, std::size_t events) {
  auto inputs = std::make_shared<Inputs>(served.town().sign(events, 1, Mix::ordinary));
  return [&served, inputs](std::size_t number, const std::shared_ptr<Published>& published) {
    return served.town().log().submit(
        std::move((*inputs)[number]), [number, published](const log::Outcomes& outcomes) {
          const auto* receipt = outcomes[0] ? std::get_if<log::Receipt>(&*outcomes[0]) : nullptr;
          if (receipt == nullptr) return published->failed(Error{Errc::refused, "an event was"});
          published->acknowledged(number, receipt->position.value());
        });
  };
}

// The process is server, publisher and readers: what the readers' thread did is not the server's.
Result<Measured> ours(ReadersBench& bench, Readers& readers, const LiveWish& wish) {
  const Publish publish = town_publisher(bench.served, wish.events);
  const double cpu = cpu_seconds();
  ENGINE_TRY(live, run_live(readers, publish, wish));
  return Measured{live, 0, cpu_seconds() - cpu - live.reader_cpu, mib_held_by(::getpid())};
}

Result<Measured> native_live(ReadersBench& bench, const Load& load) {
  Readers readers;
  for (std::size_t i = 0; i < load.readers; ++i) {
    NativeWish wish;
    wish.port = bench.served.native_port();
    wish.key = &bench.served.key();
    wish.after = Position{bench.served.size() - 1};
    ENGINE_TRY(reader, native_reader(wish));
    readers.push_back(std::move(reader));
  }
  const LiveWish wish = wish_of(bench, load);
  ENGINE_TRY(one, ours(bench, readers, wish));
  one.expected = wish.events * load.readers;
  return one;
}

// As people have it open: each reader follows one case, and every event is of a case that is
// followed.
Result<Measured> sse_live(ReadersBench& bench, const Load& load) {
  ENGINE_TRY(token, bench.served.token());
  Readers readers;
  for (std::size_t i = 0; i < load.readers; ++i) {
    SseWish wish;
    wish.port = bench.served.http_port();
    wish.token = token;
    wish.case_label = bench.served.town().case_label(i);
    wish.after = Position{bench.served.size() - 1};
    ENGINE_TRY(reader, sse_reader(wish));
    readers.push_back(std::move(reader));
  }
  bench.served.town().hit_only(load.readers);
  const LiveWish wish = wish_of(bench, load);
  Result<Measured> one = ours(bench, readers, wish);
  bench.served.town().hit_only(0);
  if (one) one->expected = wish.events;
  return one;
}

Result<Measured> nats_live(ReadersBench& bench, const Load& load) {
  Readers readers;
  for (std::size_t i = 0; i < load.readers; ++i) {
    ENGINE_TRY(reader, bench.nats->reader(true));
    readers.push_back(std::move(reader));
  }
  const LiveWish wish = wish_of(bench, load);
  ENGINE_TRY(publish, bench.nats->publisher(bench.bodies));
  const double cpu = cpu_seconds_of(bench.nats->process());
  ENGINE_TRY(live, run_live(readers, publish, wish));
  return Measured{live, wish.events * load.readers, cpu_seconds_of(bench.nats->process()) - cpu,
                  mib_held_by(bench.nats->process())};
}

Result<Measured> postgres_live(ReadersBench& bench, const Load& load) {
  Readers readers;
  for (std::size_t i = 0; i < load.readers; ++i) {
    ENGINE_TRY(reader, postgres_reader(*bench.postgres, true));
    readers.push_back(std::move(reader));
  }
  const LiveWish wish = wish_of(bench, load);
  ENGINE_TRY(publish, postgres_publisher(*bench.postgres, bench.bodies));
  ENGINE_TRY(live, run_live(readers, publish, wish));
  return Measured{live, wish.events * load.readers, 0, 0};
}

Result<void> at_load(ReadersBench& bench, const Load& load) {
  ENGINE_TRY(native, native_live(bench, load));
  const double p99 = native.live.from_acknowledged.p99;
  bench.report.add(Line{"readers",
                        name_of("native", load),
                        p99,
                        "ms",
                        "",
                        0,
                        {},
                        Promise{Promise::Sense::at_most, 20},
                        note_of(native)});
  if (bench.nats) {
    ENGINE_TRY(nats, nats_live(bench, load));
    add(bench, "NATS JetStream", load, nats);
    const double theirs = nats.live.from_acknowledged.p99;
    bench.report.add(Line{"readers", name_of("native", load), p99, "ms", "NATS JetStream", theirs,
                          theirs > 0 ? p99 / theirs : 0, Promise{Promise::Sense::at_most, 1}, ""});
  }
  if (bench.postgres && load.readers <= kPostgresReadersMax) {
    ENGINE_TRY(postgres, postgres_live(bench, load));
    add(bench, "PostgreSQL", load, postgres);
  }
  ENGINE_TRY(sse, sse_live(bench, load));
  add(bench, "SSE, a case each", load, sse);
  return {};
}

}  // namespace

Result<void> measure_live(ReadersBench& bench) {
  for (const Load& load : kLoads)
    if (bench.options.wants(name_of("native", load))) ENGINE_TRY_VOID(at_load(bench, load));
  return {};
}

}  // namespace stafett::bench
