// A single column family, as only then one write-ahead log says in which order all rows were
// written. The log is synced before a new one is begun: else a power cut could keep the newer and
// lose the end of the older. So RocksDB never begins one by itself: roll() does, well before its
// own limit.

#include "engine/storage/view_store.h"

#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/snapshot.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>

#include "engine/base/check.h"
#include "engine/storage/open_race.h"
#include "engine/storage/rocksdb_environment.h"
#include "engine/storage/status.h"

namespace stafett::storage {
namespace {

constexpr std::string_view kOwnerKey = "f";
constexpr std::string_view kSyncKey = "s";

// A synced write takes all before it along; not every file system lets a log be synced by itself.
Result<void> sync_log(rocksdb::DB& db) {
  rocksdb::WriteOptions durable;
  durable.sync = true;
  return from_status(db.Put(durable, to_slice(as_bytes(kSyncKey)), rocksdb::Slice{}), Errc::io);
}

Bytes format_row(const Hash& owner) {
  Bytes row;
  append(row, big_endian(kViewStoreFormatVersion));
  append(row, owner.view());
  return row;
}

rocksdb::Options options_of(const ViewStoreOptions& from) {
  rocksdb::Options options;
  if (from.environment) options.env = from.environment->env.get();
  options.paranoid_checks = true;
  // Stops at the first record that is not whole: what is there is a prefix.
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  // What failed is not tried again: not when the database is closed, not behind our back. A second
  // flush of a memtable with deleted ranges ends the process, and flush() has come before anyway.
  options.avoid_flush_during_shutdown = true;
  options.max_bgerror_resume_count = 0;
  // Never reached by itself: roll() comes first.
  options.write_buffer_size = 4 * from.memtable_bytes + (64u << 20);
  options.max_total_wal_size = UINT64_MAX;
  options.max_write_buffer_number = 3;
  options.max_background_jobs = 2;
  options.max_open_files = 256;
  options.compression = rocksdb::kNoCompression;  // sealed rows do not compress
  options.target_file_size_base = 32u << 20;
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  options.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
  options.max_log_file_size = 4u << 20;
  options.keep_log_file_num = 4;
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(from.cache_bytes);
  table.block_size = 16u << 10;
  table.format_version = 5;
  table.checksum = rocksdb::kXXH3;
  table.cache_index_and_filter_blocks = true;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

}  // namespace

// The environment outlives the database.
struct ViewDatabase {
  std::shared_ptr<StoreEnvironment> environment;
  std::unique_ptr<rocksdb::DB> db;
};

struct ViewBatch::Rows {
  explicit Rows(std::size_t expected_bytes) : batch(expected_bytes) {}
  rocksdb::WriteBatch batch;
};

ViewBatch::ViewBatch(std::size_t expected_bytes) : rows_(std::make_unique<Rows>(expected_bytes)) {}
ViewBatch::~ViewBatch() = default;
ViewBatch::ViewBatch(ViewBatch&&) noexcept = default;
ViewBatch& ViewBatch::operator=(ViewBatch&&) noexcept = default;

// Into memory: fails only when the batch has a limit, and it has none.
void ViewBatch::put(ByteView key, ByteView value) {
  CHECK(rows_->batch.Put(to_slice(key), to_slice(value)).ok());
}
void ViewBatch::remove(ByteView key) {
  CHECK(rows_->batch.Delete(to_slice(key)).ok());
}
void ViewBatch::remove_range(ByteView from, ByteView end) {
  CHECK(rows_->batch.DeleteRange(to_slice(from), to_slice(end)).ok());
}
void ViewBatch::clear() {
  rows_->batch.Clear();
}
std::size_t ViewBatch::bytes() const {
  return rows_->batch.GetDataSize();
}
bool ViewBatch::empty() const {
  return rows_->batch.Count() == 0;
}

struct ViewReads::Moment {
  std::shared_ptr<ViewDatabase> database;
  rocksdb::ManagedSnapshot snapshot;  // dies before the database
  explicit Moment(std::shared_ptr<ViewDatabase> of)
      : database(std::move(of)), snapshot(database->db.get()) {}
};

ViewReads::ViewReads(std::unique_ptr<Moment> moment) : moment_(std::move(moment)) {}
ViewReads::~ViewReads() = default;

namespace {

Result<std::optional<Bytes>> read_row(rocksdb::DB& db, const rocksdb::ReadOptions& options,
                                      ByteView key) {
  rocksdb::PinnableSlice row;
  const rocksdb::Status status = db.Get(options, db.DefaultColumnFamily(), to_slice(key), &row);
  if (status.IsNotFound()) return std::optional<Bytes>{};
  if (!status.ok()) return to_error(status, Errc::io);
  return std::optional{to_bytes(to_view(row))};
}

}  // namespace

Result<std::optional<Bytes>> ViewReads::get(ByteView key) const {
  rocksdb::ReadOptions options;
  options.snapshot = moment_->snapshot.snapshot();
  return read_row(*moment_->database->db, options, key);
}

Result<void> ViewReads::scan(ByteView prefix, ByteView from, const Visit& visit) const {
  rocksdb::ReadOptions options;
  options.snapshot = moment_->snapshot.snapshot();
  options.fill_cache = false;
  options.total_order_seek = true;
  const std::unique_ptr<rocksdb::Iterator> it{moment_->database->db->NewIterator(options)};
  for (it->Seek(to_slice(from.empty() ? prefix : from)); it->Valid(); it->Next()) {
    if (!it->key().starts_with(to_slice(prefix))) break;
    const Result<Scan> seen = visit(to_view(it->key()), to_view(it->value()));
    if (!seen) return seen.error();
    if (*seen == Scan::stop) return {};
  }
  return from_status(it->status(), Errc::io);  // !Valid() is also how an error looks
}

ViewStore::ViewStore(std::shared_ptr<ViewDatabase> database, ViewAccess access,
                     const ViewStoreOptions& options)
    : database_(std::move(database)), access_(access), memtable_bytes_(options.memtable_bytes) {}

// What is in memory only is on the disk before the next open has to replay anything: best effort.
ViewStore::~ViewStore() {
  if (access_ == ViewAccess::write && !failed()) (void)flush();
}

Result<std::unique_ptr<ViewStore>> ViewStore::open(const std::string& path, ViewAccess access,
                                                   const Hash& owner,
                                                   const ViewStoreOptions& options) {
  rocksdb::Options rocks = options_of(options);
  rocksdb::Env& env = env_of(options.environment.get());
  const bool there = env.FileExists(path + "/CURRENT").ok();
  if (!there && access == ViewAccess::read) return Error{Errc::not_found, "no views: " + path};
  rocks.create_if_missing = access == ViewAccess::write;
  auto database = std::make_shared<ViewDatabase>();
  database->environment = options.environment;
  const auto open_once = [&]() -> Result<void> {
    database->db.reset();
    rocksdb::DB* db = nullptr;
    const rocksdb::Status opened = access == ViewAccess::write
                                       ? rocksdb::DB::Open(rocks, path, &db)
                                       : rocksdb::DB::OpenForReadOnly(rocks, path, &db);
    if (there && (opened.IsPathNotFound() || opened.IsNotFound()))
      return Error{Errc::corrupt, "a file is missing: " + opened.ToString()};
    if (!opened.ok()) return open_error(opened);
    database->db.reset(db);
    return {};
  };
  if (access == ViewAccess::write) {
    ENGINE_TRY_VOID(open_once());
  } else {
    ENGINE_TRY_VOID(without_race(env, path, open_once));
  }
  if (!there) ENGINE_TRY_VOID(sync_parent(env, path));

  std::unique_ptr<ViewStore> store{new ViewStore{database, access, options}};
  ENGINE_TRY(format, store->get(as_bytes(kOwnerKey)));
  if (!format) {
    if (access == ViewAccess::read) return Error{Errc::not_found, "no views yet: " + path};
    // The first row of all: a database without it has none.
    ViewBatch batch;
    batch.put(as_bytes(kOwnerKey), format_row(owner));
    ENGINE_TRY_VOID(store->write(batch));
    ENGINE_TRY_VOID(store->flush());
    return store;
  }
  if (format->size() < 4 || from_big_endian<std::uint32_t>(*format) != kViewStoreFormatVersion)
    return Error{Errc::unsupported, "the views are of another format version"};
  if (*format != format_row(owner)) return Error{Errc::conflict, "the views of another log"};
  return store;
}

Result<ViewStore::Opened> ViewStore::open_or_remake(const std::string& path, const Hash& owner,
                                                    const ViewStoreOptions& options) {
  Opened result;
  Result<std::unique_ptr<ViewStore>> opened = open(path, ViewAccess::write, owner, options);
  if (!opened) {
    const Errc code = opened.error().code();
    if (code != Errc::corrupt && code != Errc::unsupported && code != Errc::conflict)
      return opened.error();
    result.thrown_away = opened.error();
    ENGINE_TRY_VOID(destroy(path, options));
    opened = open(path, ViewAccess::write, owner, options);
    if (!opened) return opened.error();
  }
  result.store = std::move(*opened);
  return result;
}

Result<void> ViewStore::destroy(const std::string& path, const ViewStoreOptions& options) {
  return from_status(rocksdb::DestroyDB(path, options_of(options)), Errc::io);
}

Result<void> ViewStore::may_write() const {
  if (access_ == ViewAccess::read) return Error{Errc::read_only, "the views are open for reading"};
  if (failed_) return Error{Errc::read_only, "an earlier write of the views failed; reopen them"};
  return {};
}

Result<void> ViewStore::write(const ViewBatch& batch, ViewWrite how) {
  const std::lock_guard lock{mutex_};
  ENGINE_TRY_VOID(may_write());
  rocksdb::WriteOptions options;
  options.sync = how == ViewWrite::synced;
  options.disableWAL = how == ViewWrite::bulk;
  Result<void> written = from_status(database_->db->Write(options, &batch.rows_->batch), Errc::io);
  unflushed_ += batch.bytes();
  if (written && unflushed_ >= memtable_bytes_) written = roll();
  if (!written) failed_ = true;
  return written;
}

// REQUIRES: mutex_ is held, so that nothing is written between the sync and the new log.
Result<void> ViewStore::roll() {
  ENGINE_TRY_VOID(sync_log(*database_->db));
  rocksdb::FlushOptions flush;
  flush.wait = false;  // the new log and memtable are there when it returns
  flush.allow_write_stall = true;
  ENGINE_TRY_VOID(from_status(database_->db->Flush(flush), Errc::io));
  unflushed_ = 0;
  return {};
}

Result<void> ViewStore::flush() {
  const std::lock_guard lock{mutex_};
  ENGINE_TRY_VOID(may_write());
  Result<void> flushed = sync_log(*database_->db);
  if (flushed) flushed = from_status(database_->db->Flush(rocksdb::FlushOptions{}), Errc::io);
  unflushed_ = 0;
  if (!flushed) failed_ = true;
  return flushed;
}

Result<void> ViewStore::compact_away(ByteView from, ByteView end) {
  ENGINE_TRY_VOID(flush());
  rocksdb::CompactRangeOptions options;
  options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForce;
  const rocksdb::Slice first = to_slice(from), last = to_slice(end);
  return from_status(database_->db->CompactRange(options, &first, &last), Errc::io);
}

std::unique_ptr<ViewReads> ViewStore::reads() const {
  return std::unique_ptr<ViewReads>{new ViewReads{std::make_unique<ViewReads::Moment>(database_)}};
}

Result<std::optional<Bytes>> ViewStore::get(ByteView key) const {
  return read_row(*database_->db, {}, key);
}

bool ViewStore::failed() const {
  const std::lock_guard lock{mutex_};
  return failed_;
}

}  // namespace stafett::storage
