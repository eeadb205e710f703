// stafett restore: a log's database from a backup, and what is lost since.

#include <fmt/format.h>

#include <boost/json.hpp>

#include "engine/base/encoding.h"
#include "engine/log/backup/restorer.h"
#include "tools/backup_words.h"
#include "tools/command.h"
#include "tools/held_evidence.h"

namespace stafett::tools {
namespace {

struct RestoreWords {
  std::string place, directory, at, to_size, to_time, table, root_key;
  std::vector<std::string> receipts, checkpoints;
  bool json = false;
};

Result<std::optional<log::PointInTime>> parse_point(const RestoreWords& words) {
  if (!words.to_size.empty()) {
    const auto size = parse_decimal(words.to_size);
    if (size && *size > 0) return std::optional<log::PointInTime>{TreeSize{*size}};
    return Error{Errc::invalid_argument, "--to-size: how many entries are kept, from 1"};
  }
  if (words.to_time.empty()) return std::optional<log::PointInTime>{};
  if (const auto time = parse_time(words.to_time)) return std::optional<log::PointInTime>{*time};
  return Error{Errc::invalid_argument, "--to-time: a time as 2026-02-24T09:00:00Z"};
}

boost::json::object to_json(const log::RestoredLog& restored) {
  boost::json::object json{{"generation", restored.manifest.generation},
                           {"time", to_text(restored.manifest.made_at)},
                           {"size", restored.report.size.value()},
                           {"root", to_base64(restored.report.root.view())},
                           {"cutFrom", nullptr},
                           {"lost", nullptr},
                           {"readOnly", nullptr},
                           {"unreadable", boost::json::array{}}};
  if (restored.is_cut) json["cutFrom"] = restored.manifest.state.size.value();
  if (restored.lost) {
    const log::LostEvents& lost = *restored.lost;
    boost::json::array known_by;
    for (const std::string& source : lost.known_by) known_by.emplace_back(source);
    json["lost"] = {{"from", lost.first.value()},
                    {"to", lost.end.value() - 1},
                    {"knownBy", std::move(known_by)}};
  }
  if (restored.read_only) json["readOnly"] = *restored.read_only;
  for (const std::string& one : restored.unreadable)
    json["unreadable"].as_array().emplace_back(one);
  return json;
}

Result<int> restore(const RestoreWords& words) {
  Progress progress{"verify"};
  log::RestoreRequest request;
  request.place = absolute_path(words.place);
  request.to = log::LogPaths::beside(absolute_path(words.directory));
  if (!words.table.empty()) request.table_place = absolute_path(words.table);
  request.progress = [&](std::uint64_t done, std::uint64_t total) { progress.show(done, total); };
  ENGINE_TRY(at, parse_at(words.at));
  request.at = at;
  ENGINE_TRY(point, parse_point(words));
  request.point = point;
  if (!words.root_key.empty()) request.to.root_key = absolute_path(words.root_key);
  for (const std::string& file : words.receipts)
    ENGINE_TRY_VOID(read_receipts(file, request.evidence.receipts));
  for (const std::string& file : words.checkpoints) {
    ENGINE_TRY(checkpoint, read_checkpoint(file));
    request.evidence.checkpoints.push_back(std::move(checkpoint));
  }
  ENGINE_TRY(restored, log::restore_log(backup_surroundings(), std::move(request)));
  const boost::json::object json = to_json(restored);
  words.json ? print_line(json) : print_indented(json);
  if (restored.lost)
    talk(fmt::format("LOST: positions {} to {} were recorded and are not in {}",
                     restored.lost->first.value(), restored.lost->end.value() - 1,
                     restored.is_cut ? "what was restored" : "this backup"));
  for (const std::string& one : restored.unreadable)
    talk("cannot be read, and may know of more that is lost: " + one);
  if (restored.read_only)
    talk("the log opens read-only: " + *restored.read_only +
         "; `stafett guard accept` records that it was put back");
  return int{kDone};
}

}  // namespace

void add_restore(CLI::App& app, Run& run) {
  auto words = std::make_shared<RestoreWords>();
  CLI::App* command = app.add_subcommand("restore", "A log's database from a backup");
  command->add_option("OUT", words->place, "where the generations are")->required();
  command->add_option("DIR", words->directory, "the log: nothing may be there")->required();
  command->add_option("--at", words->at,
                      "g and a generation's number, or the newest not past a size or time");
  CLI::Option* size = command->add_option(
      "--to-size", words->to_size, "ends at the head of this size, which the log has signed");
  command->add_option("--to-time", words->to_time, "ends at the newest such head of that time")
      ->excludes(size);
  command->add_option("--root-key", words->root_key,
                      "to end at an earlier head; without it that of DIR");
  command->add_option("--table", words->table, "puts the key table back from there");
  command->add_option("--receipt", words->receipts, "receipts that somebody holds, JSON Lines")
      ->allow_extra_args(false);
  command->add_option("--checkpoint", words->checkpoints, "a checkpoint that somebody holds")
      ->allow_extra_args(false);
  command->add_flag("--json", words->json, "one JSON document");
  command->callback([words, &run] {
    run = [words] {
      const Result<int> code = restore(*words);
      return code ? *code : fail_backup(code.error());
    };
  });
}

}  // namespace stafett::tools
