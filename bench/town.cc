#include "bench/town.h"

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>

#include "bench/producers.h"
#include "projections/recorder/recorder.h"

namespace stafett::bench {
namespace {

std::string cases_file(const TownOptions& options) {
  return options.directory + "/cases";
}

Result<void> accepted(const bti::Answer& answer) {
  if (answer.accepted()) return {};
  return Error{Errc::refused, boost::json::serialize(answer.to_json())};
}

}  // namespace

std::string log_directory(const TownOptions& options) {
  return options.directory + "/log";
}

log::LogOptions Town::log_options() {
  log::LogOptions options{clock_, random_, storage::posix_files()};
  options.checkpoint_interval = options_.checkpoint_interval;
  return options;
}

Result<std::unique_ptr<Town>> Town::open(const TownOptions& options) {
  std::unique_ptr<Town> town{new Town{options}};
  ENGINE_TRY_VOID(town->found());
  // Another stretch of a town is not drawn as the one before it was: local ids do not repeat.
  town->draw_.seed(options.seed + town->size());
  ENGINE_TRY_VOID(town->hire());
  ENGINE_TRY_VOID(town->add_cases());
  return town;
}

Result<void> Town::found() {
  const log::LogPaths paths = log::LogPaths::beside(log_directory(options_));
  if (std::filesystem::exists(paths.database)) {
    ENGINE_TRY_VOID(load_cases());
  } else {
    std::filesystem::create_directories(options_.directory);
    bti::NewBtiLog fresh;
    fresh.origin = "stafett.example/9901";
    ENGINE_TRY_VOID(bti::create_log(paths, fresh, log_options()));
  }
  ENGINE_TRY(opened, bti::open_log(paths, log_options(), options_.cases_max));
  bti_ = std::move(opened);
  if (const auto reason = bti_.log->read_only_reason()) return Error{Errc::read_only, *reason};
  return {};
}

Result<void> Town::hire() {
  bti::Recorder recorder{*bti_.log, *bti_.gate};
  const auto record = [&](const char* type, boost::json::object data) {
    bti::JsonEvent event;
    event.type = type;
    event.actor = "admin";
    event.occurred_at = clock_.now();
    event.data = std::move(data);
    return accepted(recorder.record_and_wait(std::move(event)));
  };
  bti::LabelBook& labels = bti_.gate->labels();
  ENGINE_TRY(first, labels.find(log::LabelSpace::person, "staff-0"));
  if (!first) {
    ENGINE_TRY_VOID(record("ServiceRegistered",
                           {{"service", "school"},
                            {"kind", "school"},
                            {"names", {{"nb", "Skole"}, {"nn", "Skule"}, {"en", "School"}}}}));
    for (std::size_t i = 0; i < options_.staff; ++i)
      ENGINE_TRY_VOID(record("PersonRegistered", {{"person", "staff-" + std::to_string(i)},
                                                  {"roles", boost::json::array{"employee"}},
                                                  {"service", "school"},
                                                  {"active", true}}));
  }
  for (std::size_t i = 0;; ++i) {
    const std::string label = "staff-" + std::to_string(i);
    ENGINE_TRY(id, labels.find(log::LabelSpace::person, label));
    if (!id) return {};
    ENGINE_TRY(signer, bti_.log->signer_of(ActorId{*id}));
    signers_.push_back(signer);
    staff_.emplace(label, ActorId{*id});
  }
}

Result<void> Town::add_cases() {
  if (cases_.size() >= options_.cases) return {};
  ENGINE_TRY_VOID(record(raise_concerns(options_.cases - cases_.size())));
  return save_cases();
}

Result<void> Town::load_cases() {
  std::ifstream in{cases_file(options_), std::ios::binary};
  for (Case one; in.read(reinterpret_cast<char*>(&one), sizeof one);) cases_.push_back(one);
  if (cases_.empty()) return Error{Errc::not_found, "no town in " + options_.directory};
  return {};
}

Result<void> Town::save_cases() const {
  static_assert(sizeof(Case) == 32);
  std::ofstream out{cases_file(options_), std::ios::binary};
  for (const Case& one : cases_) out.write(reinterpret_cast<const char*>(&one), sizeof one);
  if (!out.flush()) return Error{Errc::io, "cannot write the list of cases"};
  return {};
}

Result<void> Town::record(Inputs inputs) {
  constexpr std::size_t kGroupsInFlight = 3;  // of 4096 events: what the intake takes
  ENGINE_TRY(produced, produce(*bti_.log, std::move(inputs), kGroupsInFlight));
  return {};
}

Result<void> Town::grow(std::uint64_t to) {
  constexpr std::uint64_t kStep = 16 * format::kSignedGroupMax;  // bounds the inputs in memory
  while (size() < to)
    ENGINE_TRY_VOID(
        record(sign(std::min(kStep, to - size()), format::kSignedGroupMax, Mix::ordinary)));
  return {};
}

}  // namespace stafett::bench
