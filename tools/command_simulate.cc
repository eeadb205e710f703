// stafett simulate: a log of a municipality that does not exist, with years of cases behind it.

#include <fmt/format.h>

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>

#include "projections/recorder/recorder.h"
#include "projections/simulate/simulation.h"
#include "tools/breach_file.h"
#include "tools/command.h"
#include "tools/open_log.h"

namespace stafett::tools {
namespace {

struct SimulateWords {
  std::string directory;
  std::uint32_t cases = 0;
  std::uint64_t seed = 1;
  std::string from = "2023-01-02", to = "2025-12-31";
  std::string origin = "stafett.example/9901";
  std::string breaches, truth;
  bool json = false;
};

struct Counts {
  std::uint64_t recorded = 0;
  std::uint64_t refused_as_planned = 0;
  std::vector<std::string> surprises;  // the first few
  std::uint64_t surprise_count = 0;

  void surprise(std::string what) {
    ++surprise_count;
    if (surprises.size() < 10) surprises.push_back(std::move(what));
  }
  void count(const bti::Answer& answer, std::string_view refused_by) {
    const auto* refusal = std::get_if<log::Refusal>(&answer.result);
    if (answer.accepted() && refused_by.empty())
      ++recorded;
    else if (refusal && !refused_by.empty() && refusal->rule == refused_by)
      ++refused_as_planned;
    else
      surprise(boost::json::serialize(answer.to_json()));
  }
};

// Plays the events day by day: the clock stands at the last event of a day while the day's events
// are recorded, many at once, so that recordedAt depends on the options alone.
class Player final {
 public:
  Player(bti::BtiLog& opened, ManualClock& clock, bti::Simulation& simulation)
      : recorder_(*opened.log, *opened.gate), clock_(clock), simulation_(simulation) {}

  Counts play(TimeUs from, TimeUs to) {
    Progress progress{"simulate"};
    while (std::optional<bti::SimulatedEvent> event = simulation_.next()) {
      if (!day_.empty() &&
          bti::local_date(event->recorded_at) != bti::local_date(day_.front().recorded_at)) {
        record_day();
        progress.show(static_cast<std::uint64_t>(clock_.now().value() - from.value()),
                      static_cast<std::uint64_t>(to.value() - from.value()));
      }
      day_.push_back(std::move(*event));
    }
    record_day();
    return counts_;
  }

 private:
  void record_day() {
    if (day_.empty()) return;
    clock_.set(day_.back().recorded_at);
    for (const bti::SimulatedEvent& event : day_)
      recorder_.record(event.event, [this, refused_by = event.refused_by](const bti::Answer& a) {
        counts_.count(a, refused_by);
      });
    recorder_.drain();
    day_.clear();
  }

  bti::Recorder recorder_;
  ManualClock& clock_;
  bti::Simulation& simulation_;
  std::vector<bti::SimulatedEvent> day_;
  Counts counts_;
};

Result<bti::Date> date(const std::string& text, const char* option) {
  const std::optional<bti::Date> parsed = bti::Date::parse(text);
  if (!parsed) return Error{Errc::invalid_argument, std::string{option} + " takes YYYY-MM-DD"};
  return *parsed;
}

// As JSON Lines, in the order given.
Result<void> write_truth(const std::string& path, const std::vector<bti::PlantedFinding>& truth) {
  if (path.empty()) return {};
  std::ofstream file{path, std::ios::trunc};
  for (const bti::PlantedFinding& one : truth)
    file << boost::json::serialize(
                boost::json::object{{"case", one.case_label}, {"rule", one.rule}, {"ref", one.ref}})
         << '\n';
  if (!file.flush()) return Error{Errc::io, "cannot write " + path};
  return {};
}

Result<bti::Breaches> breaches_of(const std::string& path) {
  if (path.empty()) return bti::Breaches{};
  return read_breaches(path);
}

Result<int> simulate(const SimulateWords& words) {
  ENGINE_TRY(from, date(words.from, "--from"));
  ENGINE_TRY(to, date(words.to, "--to"));
  ENGINE_TRY(breaches, breaches_of(words.breaches));
  ENGINE_TRY(simulation, bti::Simulation::start({words.cases, words.seed, from, to, {}, breaches}));
  const log::LogPaths paths = log::LogPaths::beside(words.directory);
  if (std::filesystem::exists(paths.database))
    return Error{Errc::conflict, "there is a log already; simulate makes one of its own"};
  // Nobody waits for a log to learn that its truth cannot be written.
  ENGINE_TRY_VOID(write_truth(words.truth, {}));
  ManualClock clock{bti::start_of_day(from)};
  log::LogOptions defaults = log_options();
  const log::LogOptions options{clock, defaults.random, defaults.files, defaults.store};
  bti::NewBtiLog fresh;
  fresh.origin = words.origin;
  ENGINE_TRY_VOID(bti::create_log(paths, fresh, options));
  ENGINE_TRY(opened, bti::open_log(paths, options));
  const Counts counts =
      Player{opened, clock, *simulation}.play(bti::start_of_day(from), bti::end_of_day(to));
  ENGINE_TRY(note, opened.log->checkpoint_now());
  const std::vector<bti::PlantedFinding> truth = simulation->truth();
  ENGINE_TRY_VOID(write_truth(words.truth, truth));
  const std::uint64_t size = opened.log->head().size.value();
  if (words.json)
    print_line({{"cases", words.cases},
                {"recorded", counts.recorded},
                {"refused", counts.refused_as_planned},
                {"unexpected", counts.surprise_count},
                {"planted", truth.size()},
                {"size", size}});
  else
    print_text(fmt::format(
        "{} cases: {} events recorded, {} refused as planned, {} findings planted; size {}\n",
        words.cases, counts.recorded, counts.refused_as_planned, truth.size(), size));
  for (const std::string& surprise : counts.surprises) talk("unexpected: " + surprise);
  return int{counts.surprise_count == 0 ? kDone : kFailed};
}

}  // namespace

void add_simulate(CLI::App& app, Run& run) {
  auto words = std::make_shared<SimulateWords>();
  CLI::App* command = app.add_subcommand("simulate", "Makes the log of a synthetic municipality");
  command->add_option("DIR", words->directory, "the log to make")->required();
  command->add_option("--cases", words->cases, "how many cases")->required();
  command->add_option("--seed", words->seed, "same seed, same events");
  command->add_option("--from", words->from, "first day, " + words->from);
  command->add_option("--to", words->to, "last day, " + words->to);
  command->add_option("--origin", words->origin, "the log's name, " + words->origin);
  command->add_option("--truth", words->truth,
                      "gets the findings planted, as of the end of --to, as JSON Lines");
  command->add_option("--breaches", words->breaches,
                      "how often each rule is broken: TOML, or JSON (.json)");
  command->add_flag("--json", words->json, "one JSON document");
  command->callback([words, &run] {
    run = [words] {
      const Result<int> code = simulate(*words);
      return code ? *code : fail(code.error());
    };
  });
}

}  // namespace stafett::tools
