// stafett audit bundle: what a supervisor takes along: cases with the proof that they are whole.

#include <fmt/format.h>

#include <boost/json.hpp>

#include "projections/bundle/bundle_writer.h"
#include "projections/recorder/case_reader.h"
#include "tools/age_file.h"
#include "tools/bundle_archive.h"
#include "tools/bundle_place.h"
#include "tools/command.h"
#include "tools/command_audit_report.h"
#include "tools/folder_beside.h"
#include "tools/open_log.h"

namespace stafett::tools {
namespace {

struct BundleWords {
  std::string directory, out, period, seed, drawn_from, grant, by = "admin";
  std::vector<std::string> cases, held;
  std::string recipient;     // of age; empty: not encrypted
  std::uint64_t sample = 0;  // 0: none
  bool pack = false;
  bool json = false;
};

Result<bti::BundleRequest> request_of(bti::BtiLog& log, const BundleWords& words) {
  bti::BundleRequest request{{}, words.grant, words.by, {}, {}};
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
  if (!words.drawn_from.empty()) {
    ENGINE_TRY(notes, read_checkpoints({words.drawn_from}));
    request.drawn_from = notes.front();
  }
  return request;
}

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

// As one file, and that for one reader if so asked.
Result<void> pack(const std::string& clear, const std::string& file, const std::string& recipient) {
  if (recipient.empty()) return pack_bundle_into(clear, file);
  const auto write = [&](int descriptor) { return pack_bundle(clear, descriptor); };
  return encrypt_file(write, file, recipient);
}

Result<void> make_bundle(const BundleWords& words) {
  TemporaryFolders folders;
  const bool is_file = words.pack || !words.recipient.empty();
  if (!words.recipient.empty()) ENGINE_TRY_VOID(check_recipient(words.recipient));
  ENGINE_TRY(held, read_checkpoints(words.held));
  ENGINE_TRY(opened, open_recording(words.directory));
  ENGINE_TRY(request, request_of(opened, words));
  request.held = held;
  ENGINE_TRY(beside,
             FolderBeside::make(words.out, is_file ? OutForm::file : OutForm::folder, folders));
  ENGINE_TRY(clear, is_file ? make_clear_folder(folders) : Result<std::string>{beside.path()});
  ENGINE_TRY(made, bti::record_export(opened, request));
  Progress progress{"bundle"};
  ENGINE_TRY_VOID(bti::write_bundle(
      {opened, clear, held,
       [&](std::uint64_t done, std::uint64_t total) { progress.show(done, total); }},
      made));
  if (is_file) ENGINE_TRY_VOID(pack(clear, beside.file(), words.recipient));
  ENGINE_TRY_VOID(beside.take_place(is_file ? beside.file() : beside.path()));
  tell(words, made);
  return {};
}

void add_bundle(CLI::App& audit, Run& run) {
  auto words = std::make_shared<BundleWords>();
  CLI::App* command = audit.add_subcommand(
      "bundle", "Cases for a supervisor, with the proof that they are whole; it is recorded");
  command->add_option("DIR", words->directory, "the log")->required();
  command->add_option("OUT", words->out, "a new or empty directory; or a new file")->required();
  CLI::Option* cases =
      command
          ->add_option("--case", words->cases, "a case, by label or id; may be there several times")
          ->allow_extra_args(false);
  command->add_option("--period", words->period,
                      "FIRST..LAST: the cases in which something was recorded on these days");
  CLI::Option* sample =
      command->add_option("--sample", words->sample, "so many of them, drawn by --seed")
          ->check(CLI::PositiveNumber);
  CLI::Option* seed = command->add_option("--seed", words->seed, "whatever the supervisor says");
  sample->needs(seed);
  seed->needs(sample);
  sample->excludes(cases);
  command
      ->add_option("--drawn-from", words->drawn_from,
                   "FILE: the checkpoint that was known when the seed was said; no later case is "
                   "drawn")
      ->needs(sample);
  command->add_option("--grant", words->grant, "the grant; the one that is in force");
  command->add_option("--by", words->by, "who makes it: an administrator, or the auditor")
      ->capture_default_str();
  command
      ->add_option("--held", words->held,
                   "FILE: a checkpoint that the supervisor kept; may be there several times")
      ->allow_extra_args(false);
  command->add_flag("--pack", words->pack, "OUT is one file: tar, compressed with zstd");
  command->add_option("--encrypt-to", words->recipient,
                      "OUT is one file, packed and encrypted for this recipient: age1...");
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
  add_report(*audit, run);
}

}  // namespace stafett::tools
