// erase: one case of a town erased, step by step, while events of the others are recorded.

#include <fmt/format.h>

#include <boost/json.hpp>
#include <filesystem>
#include <thread>

#include "bench/producers.h"
#include "bench/suites.h"
#include "bench/timing.h"
#include "bench/town.h"
#include "projections/erasure/ceremony.h"
#include "projections/recorder/recorder.h"

namespace stafett::bench {
namespace {

constexpr std::size_t kProducers = 16;

Result<void> hire_second_administrator(Town& town) {
  bti::JsonEvent event;
  event.type = "PersonRegistered";
  event.actor = "admin";
  event.occurred_at = town.log().clock().now();
  event.data = {{"person", "second"}, {"roles", boost::json::array{"admin"}}, {"active", true}};
  const bti::Answer answer =
      bti::Recorder{town.log(), town.gate()}.record_and_wait(std::move(event));
  if (!answer.accepted()) return Error{Errc::refused, boost::json::serialize(answer.to_json())};
  return {};
}

struct Erased {
  double seconds = 0;     // of everything but compaction
  double compaction = 0;  // seconds
  std::size_t events = 0;
};

Result<Erased> erase(Town& town, const std::string& label, const std::string& place) {
  ENGINE_TRY(first, bti::erasure_person(town.log(), town.gate(), "admin"));
  ENGINE_TRY(second, bti::erasure_person(town.log(), town.gate(), "second"));
  const Stopwatch watch;
  ENGINE_TRY(order, bti::order_erasure(town.log(), town.gate(),
                                       {{label}, format::ErasureBasis::court, false}, first));
  ENGINE_TRY_VOID(bti::approve_erasure(town.log(), town.gate(), order.id, second));
  double deleted_at = 0, compacted_at = 0;
  bti::ErasureCarrier carrier{town.log(), town.gate(), nullptr, {place}, {}, {}};
  carrier.done_with = [&](const char* step) -> Result<void> {
    if (std::string_view{step} == "deleted") deleted_at = watch.seconds();
    if (std::string_view{step} == "compacted") compacted_at = watch.seconds();
    return {};
  };
  ENGINE_TRY(report, bti::carry_out_erasure(carrier, order.id));
  const double compaction = compacted_at - deleted_at;
  return Erased{watch.seconds() - compaction, compaction, order.positions};
}

Result<void> measure(const SuiteOptions& options, Town& town, Report& report) {
  ENGINE_TRY_VOID(hire_second_administrator(town));
  const std::string place = options.directory + "/erase/copies";
  std::filesystem::create_directories(place);
  std::filesystem::copy_file(town.log().paths().key_table, place + "/table");
  std::vector<double> seconds, compaction, rates;
  std::size_t events = 0;
  for (unsigned round = 0; round < options.rounds; ++round) {
    const std::uint64_t last = town.case_count() - 1 - round;
    town.hit_only(last);
    Inputs inputs = town.sign(options.events, 1, Mix::ordinary);
    std::optional<Result<Produced>> produced;
    std::thread producers{[&] { produced = produce(town.log(), std::move(inputs), kProducers); }};
    const Result<Erased> erased = erase(town, town.case_label(last), place);
    producers.join();
    if (!erased) return erased.error();
    if (!*produced) return produced->error();
    seconds.push_back(erased->seconds);
    compaction.push_back(erased->compaction);
    rates.push_back((*produced)->rate());
    events = erased->events;
  }
  const std::string what = fmt::format("a case of {} events, in a log of {}", events, town.size());
  const auto add = [&](const std::string& line, double value, const char* unit,
                       std::optional<Promise> promise) {
    report.add(Line{"erase", line, value, unit, "", 0, {}, promise, ""});
  };
  add(what + ", besides compaction", median(seconds), "s", Promise{Promise::Sense::at_most, 10});
  add("compaction", median(compaction), "s", {});
  add(fmt::format("appends meanwhile, {} producers", kProducers), median(rates), "events/s", {});
  return {};
}

}  // namespace

Result<void> run_erase(const SuiteOptions& options, Report& report) {
  TownOptions town_options;
  town_options.directory = options.directory + "/erase";
  town_options.cases = options.growth / 40 + 1 + options.rounds;
  std::filesystem::remove_all(town_options.directory);
  {
    ENGINE_TRY(town, Town::open(town_options));
    ENGINE_TRY_VOID(town->grow(options.growth));
    ENGINE_TRY_VOID(measure(options, *town, report));
  }
  std::filesystem::remove_all(town_options.directory);
  return {};
}

}  // namespace stafett::bench
