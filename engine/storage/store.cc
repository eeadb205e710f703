#include "engine/storage/store.h"

#include <algorithm>

#include "engine/base/check.h"
#include "engine/storage/checked_row.h"
#include "engine/storage/read_point.h"
#include "engine/storage/status.h"

namespace stafett::storage {
namespace {

constexpr std::string_view kFormatKey = "format";
constexpr std::ptrdiff_t kEmptyLogsMax = 8;

Result<void> write_format(const Database& database) {
  const Bytes key = meta_key(kFormatKey);
  const Bytes row = seal_row(Column::meta, key, big_endian(kStoreFormatVersion));
  rocksdb::WriteOptions durable;
  durable.sync = true;
  return from_status(
      database.db->Put(durable, database.column(Column::meta), to_slice(key), to_slice(row)),
      Errc::io);
}

// An open that nothing is written in leaves an empty write-ahead log, and RocksDB drops those
// before it only once something newer has left its memtable.
Result<void> drop_empty_logs(const Database& database) {
  std::vector<std::string> names;
  ENGINE_TRY_VOID(from_status(database.db->GetEnv()->GetChildren(database.path, &names), Errc::io));
  const auto is_log = [](const std::string& name) { return name.ends_with(".log"); };
  if (std::ranges::count_if(names, is_log) <= kEmptyLogsMax) return {};
  ENGINE_TRY_VOID(write_format(database));
  return from_status(database.db->Flush(rocksdb::FlushOptions{}, database.column(Column::meta)),
                     Errc::io);
}

}  // namespace

Store::Store(std::shared_ptr<ReadPoint> point, Mode mode) : Reads(std::move(point)), mode_(mode) {}
Store::~Store() = default;

Result<std::unique_ptr<Store>> Store::open(const std::string& path, Mode mode,
                                           const StoreOptions& options) {
  ENGINE_TRY(database, open_database(path, mode, options));
  if (mode == Mode::create) ENGINE_TRY_VOID(write_format(*database));
  auto point = std::make_shared<ReadPoint>(database);
  std::unique_ptr<Store> store{new Store(point, mode)};
  ENGINE_TRY(format, store->meta(kFormatKey));
  if (!format) return Error{Errc::not_found, "the database was never finished: " + path};
  if (ByteView{*format}.size() != 4 ||
      from_big_endian<std::uint32_t>(*format) != kStoreFormatVersion)
    return Error{Errc::unsupported, "the database is of another format version"};
  if (mode == Mode::read_write) ENGINE_TRY_VOID(drop_empty_logs(*database));
  ENGINE_TRY(size, point->stored_size());
  point->size.store(size);
  return store;
}

Result<void> Store::may_write() const {
  if (mode_ == Mode::read_only || mode_ == Mode::follow)
    return Error{Errc::read_only, "the database is open for reading"};
  if (failed_.load()) return Error{Errc::read_only, "an earlier write failed; reopen the log"};
  return {};
}

bool Store::failed() const {
  return failed_.load();
}

Result<void> Store::refresh() {
  if (mode_ != Mode::follow) return {};
  ENGINE_TRY_VOID(catch_up(*point_->database));
  ENGINE_TRY(size, point_->stored_size());
  point_->size.store(size);
  return {};
}

Result<std::unique_ptr<ReadView>> Store::view() const {
  auto point = std::make_shared<ReadPoint>(point_->database);
  // A follower moves only at refresh(), and RocksDB has no snapshots there.
  if (mode_ != Mode::follow)
    point->snapshot = std::make_unique<rocksdb::ManagedSnapshot>(point->database->db.get());
  ENGINE_TRY(size, point->stored_size());
  point->size.store(size);
  return std::make_unique<ReadView>(std::move(point));
}

Result<void> Store::flush() {
  ENGINE_TRY_VOID(may_write());
  const Database& database = *point_->database;
  const std::vector<rocksdb::ColumnFamilyHandle*> columns(database.columns.begin(),
                                                          database.columns.end());
  const Result<void> flushed =
      from_status(database.db->Flush(rocksdb::FlushOptions{}, columns), Errc::io);
  if (!flushed) failed_.store(true);
  return flushed;
}

std::array<std::uint64_t, kColumnCount> Store::disk_bytes() const {
  std::array<std::uint64_t, kColumnCount> bytes{};
  for (std::size_t i = 0; i < kColumnCount; ++i)
    CHECK(point_->database->db->GetIntProperty(
        point_->database->columns[i], rocksdb::DB::Properties::kTotalSstFilesSize, &bytes[i]));
  return bytes;
}

}  // namespace stafett::storage
