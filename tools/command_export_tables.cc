// stafett export tables: what a reporting consumer may have, as files for analysts.

#include <filesystem>

#include "projections/exports/tables/parquet_tables.h"
#include "projections/exports/tables/sqlite_tables.h"
#include "tools/command.h"
#include "tools/command_export.h"
#include "tools/export_tables.h"
#include "tools/open_log.h"

namespace stafett::tools {
namespace {

namespace fs = std::filesystem;

struct TablesWords {
  std::string directory, person, sqlite, parquet;
};

// The file is put in place by a rename, which would take the place of a link or a device itself.
Result<void> may_be_file(const std::string& path) {
  std::error_code error;
  const fs::file_status status = fs::symlink_status(path, error);
  if (fs::exists(status) && !fs::is_regular_file(status))
    return Error{Errc::refused, path + " is no regular file"};
  return {};
}

Result<void> make_folder(const std::string& path) {
  std::error_code error;
  if (fs::exists(path, error) && !(fs::is_directory(path, error) && fs::is_empty(path, error)))
    return Error{Errc::conflict, path + " is not an empty folder"};
  return storage::posix_files().make_directory(path);
}

Result<void> export_tables(const TablesWords& words) {
  storage::Files& files = storage::posix_files();
  if (!words.sqlite.empty()) ENGINE_TRY_VOID(may_be_file(words.sqlite));
  ENGINE_TRY(opened, open_recording(words.directory));
  std::vector<std::unique_ptr<bti::TableWriter>> owned;
  if (!words.sqlite.empty()) {
    ENGINE_TRY(sqlite, bti::SqliteTables::open(files, words.sqlite));
    owned.push_back(std::move(sqlite));
  }
  if (!words.parquet.empty()) {
    ENGINE_TRY_VOID(make_folder(words.parquet));
    owned.push_back(std::make_unique<bti::ParquetTables>(files, words.parquet));
  }
  std::vector<bti::TableWriter*> writers;
  for (const auto& one : owned) writers.push_back(one.get());
  return write_tables(opened, words.person, writers);
}

int run_tables(const TablesWords& words) {
  if (words.sqlite.empty() && words.parquet.empty())
    return fail_usage("export tables: --sqlite FILE, --parquet FOLDER, or both");
  const Result<void> done = export_tables(words);
  if (done) return kDone;
  std::error_code ignored;  // what was begun is nobody's
  if (!words.sqlite.empty()) fs::remove(words.sqlite + ".new", ignored);
  if (!words.parquet.empty())
    for (const char* name : {"events", "figures"})
      fs::remove(words.parquet + "/" + name + ".parquet.new", ignored);
  return fail(done.error());
}

}  // namespace

void add_export_tables(CLI::App& exports, Run& run) {
  auto words = std::make_shared<TablesWords>();
  CLI::App* command = exports.add_subcommand(
      "tables", "What a reporting consumer may have of all cases, for analysts");
  command->add_option("DIR", words->directory, "the log")->required();
  command->add_option("--as", words->person, "the reporting consumer whom it is for")->required();
  command->add_option("--sqlite", words->sqlite, "a database file, whole or not at all");
  command->add_option("--parquet", words->parquet, "a new or empty folder, a file a table");
  command->callback([words, &run] { run = [words] { return run_tables(*words); }; });
}

}  // namespace stafett::tools
