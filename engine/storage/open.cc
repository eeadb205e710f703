// Opening, in four modes.

#include <algorithm>
#include <vector>

#include "engine/base/check.h"
#include "engine/storage/database.h"
#include "engine/storage/open_race.h"
#include "engine/storage/status.h"

namespace stafett::storage {
namespace {

// Every column we know must be there, and nothing else.
Result<void> check_columns(const std::string& path, const rocksdb::DBOptions& options) {
  std::vector<std::string> there;
  const rocksdb::Status listed = rocksdb::DB::ListColumnFamilies(options, path, &there);
  if (!listed.ok()) return to_error(listed, Errc::io);
  for (const Column column : kColumns)
    if (std::find(there.begin(), there.end(), column_name(column)) == there.end())
      return Error{Errc::corrupt, "column missing: " + std::string(column_name(column))};
  if (there.size() != kColumnCount + 1)
    return Error{Errc::unsupported, "the database has columns of another version"};
  return {};
}

struct Opener {
  const std::string& path;
  Mode mode;
  const StoreOptions& options;
  rocksdb::DBOptions db_options;
  std::vector<rocksdb::ColumnFamilyDescriptor> families;

  Result<std::shared_ptr<Database>> once() {
    auto database = std::make_shared<Database>();
    database->path = path;
    database->environment = options.environment;
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::DB* db = nullptr;
    rocksdb::Status opened;
    if (mode == Mode::read_only)
      opened = rocksdb::DB::OpenForReadOnly(db_options, path, families, &handles, &db);
    else if (mode == Mode::follow)
      opened = rocksdb::DB::OpenAsSecondary(db_options, path, options.follow_path, families,
                                            &handles, &db);
    else
      opened = rocksdb::DB::Open(db_options, path, families, &handles, &db);
    if (!opened.ok()) return open_error(opened);
    CHECK(handles.size() == kColumnCount + 1);
    database->db.reset(db);
    std::copy_n(handles.begin(), kColumnCount, database->columns.begin());
    database->unnamed = handles.back();
    return database;
  }
};

}  // namespace

Database::~Database() {
  if (!db) return;
  for (rocksdb::ColumnFamilyHandle* handle : columns) db->DestroyColumnFamilyHandle(handle);
  db->DestroyColumnFamilyHandle(unnamed);
}

Result<std::shared_ptr<Database>> open_database(const std::string& path, Mode mode,
                                                const StoreOptions& options) {
  rocksdb::DBOptions db_options = database_options(options);
  rocksdb::Env& env = env_of(options.environment.get());
  const bool there = env.FileExists(path + "/CURRENT").ok();
  if (mode == Mode::create) {
    if (there) return Error{Errc::invalid_argument, "there is a database already: " + path};
    db_options.create_if_missing = true;
    db_options.create_missing_column_families = true;
    db_options.error_if_exists = true;
  } else if (!there) {
    return Error{Errc::not_found, "no database: " + path};
  }
  if (mode == Mode::follow && options.follow_path.empty())
    return Error{Errc::invalid_argument, "following needs a directory of its own"};

  const std::shared_ptr<BlockCache> cache =
      options.cache ? options.cache : make_block_cache(options.block_cache_bytes);
  Opener opener{path, mode, options, db_options, {}};
  for (const Column column : kColumns)
    opener.families.emplace_back(std::string(column_name(column)),
                                 column_options(column, options, cache->blocks));
  opener.families.emplace_back(rocksdb::kDefaultColumnFamilyName, rocksdb::ColumnFamilyOptions{});

  if (mode == Mode::create) {
    ENGINE_TRY(created, opener.once());
    ENGINE_TRY_VOID(sync_parent(env, path));
    return std::move(created);
  }
  if (mode == Mode::read_write) {
    ENGINE_TRY_VOID(check_columns(path, db_options));
    return opener.once();
  }
  std::shared_ptr<Database> database;
  ENGINE_TRY_VOID(without_race(env, path, [&]() -> Result<void> {
    database.reset();
    ENGINE_TRY_VOID(check_columns(path, db_options));
    ENGINE_TRY(opened, opener.once());
    database = std::move(opened);
    return {};
  }));
  return database;
}

Result<void> catch_up(const Database& database) {
  return without_race(env_of(database.environment.get()), database.path, [&]() -> Result<void> {
    return from_status(database.db->TryCatchUpWithPrimary(), Errc::io);
  });
}

std::shared_ptr<BlockCache> make_block_cache(std::size_t bytes) {
  return std::make_shared<BlockCache>(BlockCache{rocksdb::NewLRUCache(bytes)});
}

}  // namespace stafett::storage
