// stafett export tables: what a reporting consumer may have, as files for analysts.

#include "projections/exports/tables/parquet_tables.h"
#include "projections/exports/tables/sqlite_tables.h"
#include "tools/command.h"
#include "tools/command_export.h"
#include "tools/export_tables.h"
#include "tools/folder_beside.h"
#include "tools/open_log.h"

namespace stafett::tools {
namespace {

struct TablesWords {
  std::string directory, person, sqlite, parquet;
};

// What is asked for, beside its place until all of it is whole.
Result<void> export_tables(const TablesWords& words) {
  storage::Files& files = storage::posix_files();
  TemporaryFolders folders;
  ENGINE_TRY(opened, open_recording(words.directory));
  std::vector<std::unique_ptr<bti::TableWriter>> owned;
  std::optional<FolderBeside> sqlite_beside, parquet_beside;
  if (!words.sqlite.empty()) {
    ENGINE_TRY(beside, FolderBeside::make(words.sqlite, OutForm::file_again, folders));
    ENGINE_TRY(sqlite, bti::SqliteTables::open(files, beside.file()));
    owned.push_back(std::move(sqlite));
    sqlite_beside = std::move(beside);
  }
  if (!words.parquet.empty()) {
    ENGINE_TRY(beside, FolderBeside::make(words.parquet, OutForm::folder, folders));
    owned.push_back(std::make_unique<bti::ParquetTables>(files, beside.path()));
    parquet_beside = std::move(beside);
  }
  std::vector<bti::TableWriter*> writers;
  for (const auto& one : owned) writers.push_back(one.get());
  ENGINE_TRY_VOID(write_tables(opened, words.person, writers));
  if (sqlite_beside) ENGINE_TRY_VOID(sqlite_beside->take_place(sqlite_beside->file()));
  if (parquet_beside) ENGINE_TRY_VOID(parquet_beside->take_place(parquet_beside->path()));
  return {};
}

int run_tables(const TablesWords& words) {
  if (words.sqlite.empty() && words.parquet.empty())
    return fail_usage("export tables: --sqlite FILE, --parquet FOLDER, or both");
  const Result<void> done = export_tables(words);
  return done ? kDone : fail(done.error());
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
