#include "engine/log/backup/drill.h"

#include "engine/log/keeping/root_key_source.h"
#include "engine/storage/frozen_image.h"

namespace stafett::log {
namespace {

// Of a whole log, or the error that kept it from being looked at.
Result<VerifyReport> restore_and_look(const BackupSurroundings& with, const BackupPlace& place,
                                      const DrillRequest& request, std::uint32_t generation,
                                      const std::string& to) {
  ENGINE_TRY(manifest, place.manifest(generation));
  VerifyOptions options;
  options.progress = request.progress;
  ENGINE_TRY(report, restore_generation(with, place, manifest, to, options));
  if (request.root_key.empty()) return std::move(report);
  // Once more, with keys: that restore_generation() looked first tells damage from a wrong key.
  LogPaths paths;
  paths.database = to;
  paths.root_key = request.root_key;
  paths.key_table = request.table;
  options.level = 5;
  return verify_directory({paths,
                           with.files,
                           with.random,
                           {},
                           request.refused_intents,
                           AskGuard::no,
                           request.without_role},
                          options);
}

Drill judge(const Result<VerifyReport>& report, std::uint32_t generation, unsigned level) {
  Drill drill;
  drill.outcome.generation = generation;
  drill.outcome.level = static_cast<std::uint8_t>(level);
  if (!report) {
    drill.outcome.faults = 1;
    drill.fault = report.error().to_string();
    return drill;
  }
  drill.outcome.ok = report->ok;
  drill.outcome.size = report->size;
  drill.outcome.parts = report->parts;
  drill.outcome.faults = report->error_count;
  if (!report->errors.empty()) {
    const VerifyError& first = report->errors.front();
    drill.fault = first.place + ": " + first.code + ": " + first.detail;
  }
  return drill;
}

}  // namespace

Result<Drill> run_drill(const BackupSurroundings& with, const DrillRequest& request) {
  BackupPlace place{with.files, request.place};
  ENGINE_TRY(numbers, place.generations());
  if (numbers.empty()) return Error{Errc::not_found, request.place + ": no whole backup here"};
  if (!request.root_key.empty()) {
    ENGINE_TRY(key, load_root_key(request.root_key));  // else it would look like a bad backup
  }
  ENGINE_TRY(lock, place.prepare());
  const std::string to = request.keep_at.empty() ? place.scratch() : request.keep_at;
  if (request.keep_at.empty()) {
    ENGINE_TRY_VOID(storage::remove_tree(to));  // of a drill that was cut short
  } else {
    ENGINE_TRY(there, with.files.exists(to));
    if (there) return Error{Errc::conflict, to + " is there already"};
  }
  const std::uint32_t generation = numbers.back();
  const Result<VerifyReport> report = restore_and_look(with, place, request, generation, to);
  Drill drill = judge(report, generation, request.root_key.empty() ? 4u : 5u);
  if (request.keep_at.empty() || !report) ENGINE_TRY_VOID(storage::remove_tree(to));
  drill.outcome.at = with.clock.now();
  ENGINE_TRY_VOID(place.put_drill(drill.outcome));
  return drill;
}

}  // namespace stafett::log
