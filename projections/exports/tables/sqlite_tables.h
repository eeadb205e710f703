#pragma once
// SqliteTables: tables in one SQLite database file.
//
// Threads:  one.
// Lifetime: files outlives it.
// Limits:   SQLite's cache.

#include <memory>

#include "engine/storage/files.h"
#include "projections/exports/tables/table_writer.h"

namespace stafett::bti {

class SqliteTables final : public TableWriter {
 public:
  // The file takes its place when all is finished; until then it is PATH.new.
  static Result<std::unique_ptr<SqliteTables>> open(storage::Files& files, const std::string& path);
  ~SqliteTables() override;

  Result<void> begin(const std::string& name, const std::vector<Column>& columns) override;
  Result<void> row(const std::vector<Cell>& cells) override;
  Result<void> finish() override;

 private:
  class Database;
  SqliteTables(storage::Files& files, std::string path);

  storage::Files& files_;
  const std::string path_;
  std::unique_ptr<Database> database_;
};

}  // namespace stafett::bti
