#pragma once
// The open RocksDB database and how it is tuned. Internal to engine/storage.
//
// Threads: constant after open; RocksDB itself is safe for any number of threads.

#include <rocksdb/cache.h>
#include <rocksdb/db.h>

#include <array>
#include <atomic>
#include <memory>
#include <string>

#include "engine/storage/rocksdb_environment.h"
#include "engine/storage/store.h"

namespace stafett::storage {

struct BlockCache {
  std::shared_ptr<rocksdb::Cache> blocks;
};

struct Database {
  Database() = default;
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database();  // handles, then the database, then what it stands on

  rocksdb::ColumnFamilyHandle* column(Column column) const {
    return columns[static_cast<std::size_t>(column)];
  }

  std::string path;
  std::shared_ptr<StoreEnvironment> environment;
  std::array<rocksdb::ColumnFamilyHandle*, kColumnCount> columns{};
  rocksdb::ColumnFamilyHandle* unnamed = nullptr;  // RocksDB's own "default", always empty
  std::unique_ptr<rocksdb::DB> db;
};

// Options (options.cc).
rocksdb::DBOptions database_options(const StoreOptions& options);
rocksdb::ColumnFamilyOptions column_options(Column column, const StoreOptions& options,
                                            const std::shared_ptr<rocksdb::Cache>& cache);

// Opens, or names why not (open.cc).
Result<std::shared_ptr<Database>> open_database(const std::string& path, Mode mode,
                                                const StoreOptions& options);
// Catches up with the writer whose files these are (open.cc).
Result<void> catch_up(const Database& database);

}  // namespace stafett::storage
