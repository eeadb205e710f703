// stafett audit bundle: what a supervisor takes along: cases with the proof that they are whole.

#include <fmt/format.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <filesystem>

#include "projections/bundle/bundle_writer.h"
#include "projections/recorder/case_reader.h"
#include "tools/bundle_place.h"
#include "tools/command.h"
#include "tools/open_log.h"

namespace stafett::tools {
namespace {

namespace fs = std::filesystem;

struct BundleWords {
  std::string directory, out, period, seed, grant, by = "admin";
  std::vector<std::string> cases, held;
  std::uint64_t sample = 0;  // 0: none
  bool json = false;
};

Result<bti::BundleRequest> request_of(bti::BtiLog& log, const BundleWords& words) {
  bti::BundleRequest request{{}, words.grant, words.by};
  const bti::CaseReader reader{*log.log, *log.gate};
  for (const std::string& label : words.cases) {
    const Result<SubjectId> id = reader.case_named(label);
    if (!id) return Error{id.error().code(), id.error().detail() + ": " + label};
    request.wanted.named.push_back(*id);
  }
  if (!words.period.empty()) {
    ENGINE_TRY(period, bti::parse_day_range(words.period));
    request.wanted.period = period;
  }
  if (words.sample != 0) request.wanted.sample = bti::Sample{words.seed, words.sample};
  return request;
}

// A folder of its own beside what will be there: whoever sees OUT sees all of it.
class FolderBeside final {
 public:
  static Result<std::unique_ptr<FolderBeside>> make(const std::string& out) {
    std::error_code error;
    if (fs::exists(out, error) && (!fs::is_directory(out, error) || !fs::is_empty(out, error)))
      return Error{Errc::conflict, out + " is not empty"};
    fs::path target{out};
    if (!target.has_filename()) target = target.parent_path();
    std::unique_ptr<FolderBeside> made{new FolderBeside{target}};
    ENGINE_TRY_VOID(storage::posix_files().make_directory(made->beside_));
    return made;
  }
  ~FolderBeside() {
    std::error_code ignored;
    fs::remove_all(beside_, ignored);
  }
  FolderBeside(const FolderBeside&) = delete;
  FolderBeside& operator=(const FolderBeside&) = delete;

  const std::string& path() const { return beside_; }
  Result<void> take_place() {
    std::error_code error;
    fs::rename(beside_, target_, error);  // replaces an empty directory
    if (error) return Error{Errc::io, target_.string() + ": " + error.message()};
    return {};
  }

 private:
  explicit FolderBeside(fs::path target)
      : target_(std::move(target)),
        beside_(target_.string() + ".partial-" + std::to_string(::getpid())) {}

  const fs::path target_;
  const std::string beside_;
};

void tell(const BundleWords& words, const bti::RecordedExport& made) {
  const bti::BundleScope& scope = made.scope;
  if (words.json)
    return print_line({{"out", words.out},
                       {"origin", scope.origin},
                       {"cases", scope.cases.size()},
                       {"population", made.selection.population.size()},
                       {"grant", scope.grant},
                       {"size", made.heads.heads.size.value()},
                       {"checkpoint", made.head.size.value()}});
  print_text(fmt::format("{}: {} cases under grant {}, complete to size {}\n", words.out,
                         scope.cases.size(), scope.grant, made.heads.heads.size.value()));
}

Result<void> make_bundle(const BundleWords& words) {
  ENGINE_TRY(held, read_checkpoints(words.held));
  ENGINE_TRY(opened, open_recording(words.directory));
  ENGINE_TRY(request, request_of(opened, words));
  ENGINE_TRY(folder, FolderBeside::make(words.out));
  ENGINE_TRY(made, bti::record_export(opened, request));
  Progress progress{"bundle"};
  ENGINE_TRY_VOID(bti::write_bundle(
      {opened, folder->path(), held,
       [&](std::uint64_t done, std::uint64_t total) { progress.show(done, total); }},
      made));
  ENGINE_TRY_VOID(folder->take_place());
  tell(words, made);
  return {};
}

void add_bundle(CLI::App& audit, Run& run) {
  auto words = std::make_shared<BundleWords>();
  CLI::App* command = audit.add_subcommand(
      "bundle", "Cases for a supervisor, with the proof that they are whole; it is recorded");
  command->add_option("DIR", words->directory, "the log")->required();
  command->add_option("OUT", words->out, "a new or empty directory")->required();
  command->add_option("--case", words->cases, "a case, by label or id; may be there several times")
      ->allow_extra_args(false);
  command->add_option("--period", words->period,
                      "FIRST..LAST: the cases in which something was recorded on these days");
  CLI::Option* sample =
      command->add_option("--sample", words->sample, "so many of them, drawn by --seed")
          ->check(CLI::PositiveNumber);
  CLI::Option* seed = command->add_option("--seed", words->seed, "whatever the supervisor says");
  sample->needs(seed);
  seed->needs(sample);
  command->add_option("--grant", words->grant, "the grant; the one that is in force");
  command->add_option("--by", words->by, "who makes it: an administrator, or the auditor")
      ->capture_default_str();
  command
      ->add_option("--held", words->held,
                   "FILE: a checkpoint that the supervisor kept; may be there several times")
      ->allow_extra_args(false);
  command->add_flag("--json", words->json, "one JSON document");
  command->callback([words, &run] {
    run = [words] {
      const Result<void> done = make_bundle(*words);
      return done ? kDone : fail(done.error());
    };
  });
}

}  // namespace

void add_audit(CLI::App& app, Run& run) {
  CLI::App* audit = app.add_subcommand("audit", "For supervisors");
  audit->require_subcommand(1);
  add_bundle(*audit, run);
}

}  // namespace stafett::tools
