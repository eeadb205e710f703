// How RocksDB is tuned: never lose an acknowledged write, never hide damage, bounded memory.
//
// Memory at any length of the log: block cache (with index and filter blocks in it), write buffers,
// and a few KiB for each open file.

#include <rocksdb/filter_policy.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/table.h>

#include "engine/storage/database.h"

namespace stafett::storage {
namespace {

// Looked up by whole key, often for keys that are not there.
bool is_random_key(Column column) {
  return column == Column::events || column == Column::streams || column == Column::labels;
}

// Of the whole budget: what fills with every event gets the most.
std::size_t write_buffer_share(Column column, std::size_t all) {
  switch (column) {
    case Column::entries:
    case Column::parts:
      return all / 4;
    case Column::attachments:
    case Column::streams:
    case Column::events:
    case Column::labels:
      return all / 8;
    case Column::tiles:
    case Column::checkpoints:
    case Column::meta:
      return all / 16;
  }
  return all / 16;
}

}  // namespace

rocksdb::DBOptions database_options(const StoreOptions& options) {
  rocksdb::DBOptions db;
  if (options.environment) db.env = options.environment->env.get();
  db.paranoid_checks = true;
  // A torn last record was never acknowledged; a hole before it is damage. (RocksDB's default
  // would stop at either and open.)
  db.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  db.track_and_verify_wals_in_manifest = true;
  db.max_total_wal_size = options.wal_bytes_max;
  db.db_write_buffer_size = options.write_buffer_bytes;
  db.max_background_jobs = 2;
  // After a failed write only a reopen, with a look at the guard, may write again.
  db.max_bgerror_resume_count = 0;
  db.max_open_files = -1;
  db.max_file_opening_threads = 2;
  db.skip_stats_update_on_db_open = true;
  db.bytes_per_sync = 1u << 20;
  db.stats_dump_period_sec = 0;
  db.stats_persist_period_sec = 0;
  db.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
  db.max_log_file_size = 4u << 20;
  db.keep_log_file_num = 4;
  return db;
}

rocksdb::ColumnFamilyOptions column_options(Column column, const StoreOptions& options,
                                            const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::ColumnFamilyOptions family;
  family.write_buffer_size = write_buffer_share(column, options.write_buffer_bytes);
  family.max_write_buffer_number = 3;
  family.target_file_size_base = 64u << 20;
  family.max_bytes_for_level_base = 256u << 20;
  // Hashes, signatures and ciphertext do not compress; one setting for all levels lets sequential
  // keys move down by a rename instead of a rewrite.
  family.compression = rocksdb::kNoCompression;

  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.block_size = 16u << 10;
  table.format_version = 5;
  table.checksum = rocksdb::kXXH3;
  table.cache_index_and_filter_blocks = true;
  table.cache_index_and_filter_blocks_with_high_priority = true;
  table.pin_top_level_index_and_filter = true;
  table.index_type = rocksdb::BlockBasedTableOptions::kTwoLevelIndexSearch;
  table.metadata_block_size = 4096;
  if (is_random_key(column)) {
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
    table.partition_filters = true;
    table.block_size = 4096;
  }
  // Asked for before each append, and hardly ever there.
  if (column == Column::events) {
    family.memtable_whole_key_filtering = true;
    family.memtable_prefix_bloom_size_ratio = 0.1;
  }
  // A stream's head is asked for by its id alone.
  if (column == Column::streams)
    family.prefix_extractor.reset(rocksdb::NewFixedPrefixTransform(StreamId::kBytes));
  family.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return family;
}

}  // namespace stafett::storage
