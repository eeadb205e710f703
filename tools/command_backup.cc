// stafett backup: a log's database beside its writer, as generations; and the drill that restores
// the newest.

#include <fmt/format.h>

#include <boost/json.hpp>
#include <limits>

#include "engine/base/encoding.h"
#include "engine/log/backup/copied_table.h"
#include "engine/log/backup/drill.h"
#include "engine/log/backup/place_check.h"
#include "projections/recorder/erasure_roles.h"
#include "projections/recorder/refused_intents.h"
#include "tools/backup_words.h"
#include "tools/command.h"

namespace stafett::tools {
namespace {

struct BackupWords {
  std::string directory, place, table, keep_at, root_key, at;
  std::uint32_t keep = log::BackupRequest{}.keep;
  unsigned level = log::BackupRequest{}.level;
  std::uint64_t recheck = log::BackupRequest{}.recheck;
  bool whole = false;
  bool json = false;
};

boost::json::array numbers_json(const std::vector<std::uint32_t>& numbers) {
  return boost::json::array(numbers.begin(), numbers.end());
}

Result<int> back_up(const BackupWords& words) {
  Progress progress{"verify"};
  log::BackupRequest request;
  request.paths = log::LogPaths::beside(absolute_path(words.directory));
  request.place = absolute_path(words.place);
  if (!words.table.empty()) request.table_place = absolute_path(words.table);
  request.keep = words.keep;
  request.level = words.level;
  request.recheck = words.recheck;
  request.whole = words.whole;
  request.progress = [&](std::uint64_t done, std::uint64_t total) { progress.show(done, total); };
  ENGINE_TRY(made, log::make_backup(backup_surroundings(), request));
  boost::json::object json = to_json(made.manifest);
  json["newBytes"] = made.new_bytes;
  json["removed"] = numbers_json(made.removed);
  json["keptForEvents"] = numbers_json(made.kept_for_events);
  words.json ? print_line(json) : print_indented(json);
  if (!made.manifest.table)
    talk("the key table is not in it: --table PLACE copies it, apart from the database");
  if (!made.kept_for_events.empty())
    talk(
        "kept beyond --keep, with events that the log has not, or verified more closely: see "
        "keptForEvents");
  return int{kDone};
}

Result<int> list(const BackupWords& words) {
  const log::BackupPlace place{storage::posix_files(), absolute_path(words.place)};
  ENGINE_TRY(numbers, place.generations());
  int code = kDone;
  for (const std::uint32_t number : numbers) {
    const Result<log::BackupManifest> manifest = place.manifest(number);
    if (!manifest) {
      talk(manifest.error().detail());
      code = kVerificationFailed;
      continue;
    }
    if (words.json) {
      print_line(to_json(*manifest));
    } else {
      print_text(fmt::format("{}  {}  size {}  {}\n", number, to_text(manifest->made_at),
                             manifest->state.size.value(), to_base64(manifest->state.root.view())));
    }
  }
  return int{code};
}

Result<int> verify_place(const BackupWords& words) {
  Progress progress{"verify"};
  log::PlaceCheck check;
  check.place = absolute_path(words.place);
  ENGINE_TRY(at, parse_at(words.at));
  check.at = at;
  check.progress = [&](std::uint64_t done, std::uint64_t total) { progress.show(done, total); };
  ENGINE_TRY(checked, log::check_place(backup_surroundings(), check));
  int code = kDone;
  for (const log::CheckedGeneration& one : checked) {
    if (!one.fault.empty()) code = kVerificationFailed;
    boost::json::object json{{"generation", one.generation},
                             {"ok", one.fault.empty()},
                             {"logVerified", one.is_verified && one.fault.empty()},
                             {"fault", nullptr}};
    if (!one.fault.empty()) json["fault"] = one.fault;
    words.json ? print_line(json) : print_indented(json);
  }
  return int{code};
}

// A place whose copy of the key table no erasure has to reach any more.
Result<int> forget(const BackupWords& words) {
  const log::LogPaths paths = log::LogPaths::beside(absolute_path(words.directory));
  storage::Files& files = storage::posix_files();
  ENGINE_TRY(there, files.exists(log::backup_notes(paths.database)));
  if (!there) return Error{Errc::not_found, paths.database + " was never backed up"};
  ENGINE_TRY(lock, log::hold_backups(files, paths.database));
  ENGINE_TRY_VOID(log::forget_table_place(files, paths.database, absolute_path(words.table)));
  return int{kDone};
}

Result<int> drill(const BackupWords& words) {
  if (words.root_key.empty() != words.table.empty())
    return fail_usage("--root-key and --table go together");
  Progress progress{"verify"};
  log::DrillRequest request;
  request.place = absolute_path(words.place);
  if (!words.keep_at.empty()) request.keep_at = absolute_path(words.keep_at);
  request.root_key = words.root_key;
  if (!words.table.empty()) request.table = log::copied_table_path(words.table);
  request.refused_intents = [](const storage::Reads& reads, const log::VerifyKeys& keys) {
    return bti::refused_intents(reads, keys, backup_surroundings().random);
  };
  request.without_role = [](const storage::Reads& reads, const log::VerifyKeys& keys,
                            std::span<const log::ErasureOrder::Act> acts) {
    return bti::erasures_without_role(reads, keys, backup_surroundings().random, acts);
  };
  request.progress = [&](std::uint64_t done, std::uint64_t total) { progress.show(done, total); };
  ENGINE_TRY(drilled, log::run_drill(backup_surroundings(), request));
  boost::json::object json = to_json(drilled.outcome);
  json["fault"] = nullptr;
  if (!drilled.fault.empty()) json["fault"] = drilled.fault;
  words.json ? print_line(json) : print_indented(json);
  return int{drilled.outcome.ok ? kDone : kVerificationFailed};
}

using Verb = Result<int> (*)(const BackupWords&);

void set_run(CLI::App& command, Run& run, const std::shared_ptr<BackupWords>& words, Verb verb) {
  command.callback([&command, words, &run, verb] {
    if (!command.get_subcommands().empty()) return;  // it was said with one of its verbs
    run = [words, verb] {
      const Result<int> code = verb(*words);
      return code ? *code : fail_backup(code.error());
    };
  });
}

// `stafett backup DIR OUT` has verbs beside it, so what it needs is asked for here.
Result<int> back_up_named(const BackupWords& words) {
  if (words.place.empty())
    return fail_usage("backup DIR OUT, backup drill|list|verify OUT, or backup gone DIR OUT2");
  return back_up(words);
}

}  // namespace

void add_backup(CLI::App& app, Run& run) {
  auto words = std::make_shared<BackupWords>();
  CLI::App* command = app.add_subcommand("backup", "One more generation, beside a writer");
  command->require_subcommand(0, 1);
  command->add_option("DIR", words->directory, "the log");
  command->add_option("OUT", words->place, "where the generations are; made when it is missing");
  command->add_option("--table", words->table, "where the key table's newest copy goes, apart");
  command->add_option("--keep", words->keep, "generations that are kept, this one included")
      ->check(CLI::Range(1u, log::kGenerationsKeptMax));
  command->add_option("--level", words->level, "how the copy is verified")
      ->check(CLI::Range(2u, 4u));
  command->add_option("--recheck", words->recheck, "old entries that are verified again each time")
      ->check(CLI::Range(std::uint64_t{1}, std::numeric_limits<std::uint64_t>::max()));
  command->add_flag("--whole", words->whole, "every entry is verified, the old ones too");
  command->add_flag("--json", words->json, "one JSON document");
  set_run(*command, run, words, back_up_named);

  auto of_list = std::make_shared<BackupWords>();
  CLI::App* listing = command->add_subcommand("list", "The generations that count");
  listing->add_option("OUT", of_list->place, "where they are")->required();
  listing->add_flag("--json", of_list->json, "JSON Lines");
  set_run(*listing, run, of_list, list);

  auto of_verify = std::make_shared<BackupWords>();
  CLI::App* verifying = command->add_subcommand(
      "verify", "Every file of every generation, and every entry of the newest, where they lie");
  verifying->add_option("OUT", of_verify->place, "where the generations are")->required();
  verifying->add_option("--at", of_verify->at, "the log of this one instead, as restore has it");
  verifying->add_flag("--json", of_verify->json, "JSON Lines");
  set_run(*verifying, run, of_verify, verify_place);

  auto of_gone = std::make_shared<BackupWords>();
  CLI::App* forgetting = command->add_subcommand(
      "gone", "A place with a copy of the key table is gone for good: no erasure waits for it");
  forgetting->add_option("DIR", of_gone->directory, "the log")->required();
  forgetting->add_option("OUT2", of_gone->table, "the place, as it was given to --table")
      ->required();
  set_run(*forgetting, run, of_gone, forget);

  auto of_drill = std::make_shared<BackupWords>();
  CLI::App* drilling =
      command->add_subcommand("drill", "Restores the newest and verifies all of it");
  drilling->add_option("OUT", of_drill->place, "where the generations are")->required();
  drilling->add_option("--keep", of_drill->keep_at, "restores into this directory, and leaves it");
  drilling->add_option("--root-key", of_drill->root_key, "opens all content, with --table");
  drilling->add_option("--table", of_drill->table, "where the key table's copy is");
  drilling->add_flag("--json", of_drill->json, "one JSON document");
  set_run(*drilling, run, of_drill, drill);
}

}  // namespace stafett::tools
