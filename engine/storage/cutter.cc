#include "engine/storage/cutter.h"

#include <algorithm>
#include <limits>

#include "engine/storage/checked_row.h"
#include "engine/storage/read_point.h"
#include "engine/storage/status.h"

namespace stafett::storage {
namespace {

constexpr unsigned kTileBits = 8;
constexpr std::uint8_t kTileLevelsMax = 8;

// Behind every key: longer than any, and no byte is larger.
const Bytes& past_all_keys() {
  static const Bytes key(64, 0xff);
  return key;
}

std::uint64_t full_tiles(TreeSize size, std::uint8_t level) {
  const unsigned shift = kTileBits * (level + 1u);
  return shift < 64 ? size.value() >> shift : 0;
}

}  // namespace

Result<std::unique_ptr<Cutter>> Cutter::open(const std::string& database,
                                             const StoreOptions& options) {
  ENGINE_TRY(opened, open_database(database, Mode::read_write, options));
  auto point = std::make_shared<ReadPoint>(std::move(opened));
  ENGINE_TRY(size, point->stored_size());
  point->size.store(size);
  return std::unique_ptr<Cutter>{new Cutter{std::move(point)}};
}

Result<void> Cutter::drop(Column column, ByteView key) {
  const Database& database = *point_->database;
  return from_status(
      database.db->Delete(rocksdb::WriteOptions{}, database.column(column), to_slice(key)),
      Errc::io);
}

Result<void> Cutter::drop_range(Column column, ByteView first, ByteView end) {
  const Database& database = *point_->database;
  return from_status(database.db->DeleteRange(rocksdb::WriteOptions{}, database.column(column),
                                              to_slice(first), to_slice(end)),
                     Errc::io);
}

Result<void> Cutter::drop_places(const StreamId& stream, Version version, const EventId& event) {
  if (version.value() > std::numeric_limits<std::uint32_t>::max())
    return Error{Errc::corrupt, "a version that no stream has"};
  ENGINE_TRY_VOID(
      drop(Column::streams, stream_key(stream, static_cast<std::uint32_t>(version.value()))));
  return drop(Column::events, event.view());
}

Result<void> Cutter::drop_chunks(const EventId& event) {
  const ChunkKey last = chunk_key(event, std::numeric_limits<std::uint32_t>::max());
  ENGINE_TRY_VOID(drop_range(Column::attachments, chunk_key(event, 0), last));
  return drop(Column::attachments, last);
}

Result<void> Cutter::drop_label(ByteView key) {
  return drop(Column::labels, key);
}

Result<void> Cutter::drop_labels_of(std::uint8_t tag) {
  const Bytes first{tag};
  if (tag == 0xff) return drop_range(Column::labels, first, past_all_keys());
  return drop_range(Column::labels, first, Bytes{static_cast<std::uint8_t>(tag + 1)});
}

Result<void> Cutter::put_label(const IndexRow& row) {
  const Database& database = *point_->database;
  const Bytes value = seal_row(Column::labels, row.key, row.value);
  return from_status(database.db->Put(rocksdb::WriteOptions{}, database.column(Column::labels),
                                      to_slice(row.key), to_slice(value)),
                     Errc::io);
}

Result<void> Cutter::drop_tiles(TreeSize size) {
  for (std::uint8_t level = 0; level < kTileLevelsMax; ++level)
    ENGINE_TRY_VOID(drop_range(Column::tiles, tile_key(level, full_tiles(size, level)),
                               Bytes{static_cast<std::uint8_t>(level + 1)}));
  return {};
}

Result<void> Cutter::end_at(TreeSize size) {
  const PositionKey first = position_key(Position{size.value()});
  ENGINE_TRY_VOID(drop_range(Column::entries, first, past_all_keys()));
  ENGINE_TRY_VOID(drop_range(Column::parts, part_key(Position{size.value()}, 0), past_all_keys()));
  ENGINE_TRY_VOID(
      drop_range(Column::checkpoints, checkpoint_key(TreeSize{size.value() + 1}), past_all_keys()));
  ENGINE_TRY_VOID(drop_range(Column::meta, group_key(Position{size.value()}),
                             Bytes{static_cast<std::uint8_t>(kMetaGroupTag + 1)}));
  ENGINE_TRY_VOID(drop_tiles(size));
  const Database& database = *point_->database;
  const std::vector<rocksdb::ColumnFamilyHandle*> columns(database.columns.begin(),
                                                          database.columns.end());
  ENGINE_TRY_VOID(from_status(database.db->Flush(rocksdb::FlushOptions{}, columns), Errc::io));
  rocksdb::CompactRangeOptions whole;
  whole.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForce;
  const rocksdb::Slice from = to_slice(first);
  for (const Column column : {Column::entries, Column::parts})
    ENGINE_TRY_VOID(from_status(
        database.db->CompactRange(whole, database.column(column), &from, nullptr), Errc::io));
  return {};
}

}  // namespace stafett::storage
