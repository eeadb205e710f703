#pragma once
// ParquetTables: tables as Apache Parquet, a file each, in a folder: columns that may be null,
// PLAIN, compressed with zstd.
//
// Source:   Apache Parquet, Thrift definitions 2.10 (version 1 pages)
// Threads:  one.
// Lifetime: files outlives it.
// Limits:   kGroupRowsMax rows or kGroupBytesMax bytes in memory, and what a file's end holds of
//           each group: some 100 bytes a column.

#include <memory>

#include "engine/storage/files.h"
#include "projections/exports/tables/table_writer.h"

namespace stafett::bti {

class ParquetTables final : public TableWriter {
 public:
  static constexpr std::size_t kGroupRowsMax = 65'536;
  static constexpr std::size_t kGroupBytesMax = std::size_t{8} << 20;

  // NAME.parquet of each table, in a folder that is there.
  ParquetTables(storage::Files& files, std::string folder);
  ~ParquetTables() override;

  Result<void> begin(const std::string& name, const std::vector<Column>& columns) override;
  Result<void> row(const std::vector<Cell>& cells) override;
  Result<void> finish() override;

 private:
  class File;
  Result<void> end_table();

  storage::Files& files_;
  const std::string folder_;
  std::unique_ptr<File> file_;  // of the table that is open
};

}  // namespace stafett::bti
