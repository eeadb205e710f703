// Every write of the store. A failed one may or may not survive, so nothing is written after it.

#include <rocksdb/write_batch.h>

#include <algorithm>
#include <limits>

#include "engine/base/check.h"
#include "engine/storage/checked_row.h"
#include "engine/storage/read_point.h"
#include "engine/storage/status.h"
#include "engine/storage/store.h"

namespace stafett::storage {
namespace {

rocksdb::WriteOptions durable() {
  rocksdb::WriteOptions options;
  options.sync = true;
  return options;
}

// Collects rows; remembers the first refusal of RocksDB's (there is none in practice).
class Batch final {
 public:
  Batch(const Database& database, std::size_t bytes)
      : database_(database),
        batch_(bytes, /*max_bytes=*/0, /*protection_bytes_per_key=*/8, /*default_cf_ts_sz=*/0) {}

  void put(Column column, ByteView key, ByteView value) {
    note(batch_.Put(database_.column(column), to_slice(key), to_slice(value)));
  }
  void put_checked(Column column, ByteView key, ByteView value) {
    put(column, key, seal_row(column, key, value));
  }
  void erase(Column column, ByteView key) {
    note(batch_.Delete(database_.column(column), to_slice(key)));
  }
  // The outcome of a failed write is unknown, whatever RocksDB thought went wrong.
  Result<void> write(const rocksdb::WriteOptions& options, std::atomic<bool>& failed) {
    if (status_.ok()) status_ = database_.db->Write(options, &batch_);
    if (status_.ok()) return {};
    failed.store(true);
    return Error{Errc::outcome_unknown, status_.ToString()};
  }

 private:
  void note(const rocksdb::Status& status) {
    if (status_.ok()) status_ = status;
  }
  const Database& database_;
  rocksdb::WriteBatch batch_;
  rocksdb::Status status_;
};

// What the batch will take, so that it is allocated once.
std::size_t bytes_of(const SealedBatch& group, std::size_t tile_count) {
  constexpr std::size_t kRowBytes = 64;  // key, lengths, protection; and the two index rows' values
  std::size_t bytes =
      kRowBytes + group.receipt_group.size() + tile_count * (kTileBytes + kRowBytes);
  for (const EntryRow& row : group.entries) {
    bytes += row.entry.size() + 3 * kRowBytes;
    for (const PartRow& part : row.parts) bytes += part.sealed.size() + kRowBytes;
  }
  for (const IndexRow& row : group.labels) bytes += row.key.size() + row.value.size() + kRowBytes;
  for (const RefusalRow& row : group.refusals) bytes += row.value.size() + kRowBytes;
  return bytes;
}

// Column by column, and by key within one: a memtable looks for a row's place from the last one's,
// and the columns of random keys are most of what inserting costs.
void stage_entries(Batch& batch, Position first, std::span<const EntryRow> rows) {
  std::vector<PositionKey> keys;
  std::vector<std::size_t> order(rows.size());
  keys.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    keys.push_back(position_key(Position{first.value() + i}));
    order[i] = i;
    batch.put(Column::entries, keys[i], rows[i].entry);
  }
  for (std::size_t i = 0; i < rows.size(); ++i)
    for (const PartRow& part : rows[i].parts)
      batch.put(Column::parts, part_key(Position{first.value() + i}, part.part_class), part.sealed);
  std::ranges::sort(order, {}, [&](std::size_t i) { return std::pair{rows[i].stream, i}; });
  for (const std::size_t i : order) {
    CHECK(rows[i].version.value() <= std::numeric_limits<std::uint32_t>::max());
    const auto version = static_cast<std::uint32_t>(rows[i].version.value());
    batch.put(Column::streams, stream_key(rows[i].stream, version), keys[i]);
  }
  std::ranges::sort(order, {}, [&](std::size_t i) { return rows[i].event; });
  std::array<std::uint8_t, 9> recorded{kEventPositionTag};
  for (const std::size_t i : order) {
    std::ranges::copy(keys[i], recorded.begin() + 1);
    batch.put(Column::events, rows[i].event.view(), recorded);
  }
}

void stage_refusal(Batch& batch, const RefusalRow& row) {
  Bytes refused{kEventRefusalTag};
  append(refused, row.value);
  batch.put_checked(Column::events, row.event.view(), refused);
}

}  // namespace

Result<void> Store::commit(const SealedBatch& group, std::span<const TileRow> tiles) {
  ENGINE_TRY_VOID(may_write());
  CHECK(group.first.value() == size().value());
  CHECK(group.entries.empty() == group.receipt_group.empty());
  Batch batch(*point_->database, bytes_of(group, tiles.size()));
  stage_entries(batch, group.first, group.entries);
  for (const TileRow& tile : tiles) {
    CHECK(tile.hashes.size() == kTileBytes);
    batch.put(Column::tiles, tile_key(tile.level, tile.index), tile.hashes);
  }
  for (const IndexRow& row : group.labels) batch.put_checked(Column::labels, row.key, row.value);
  for (const RefusalRow& row : group.refusals) stage_refusal(batch, row);
  if (!group.entries.empty())
    batch.put_checked(Column::meta, group_key(group.first), group.receipt_group);
  ENGINE_TRY_VOID(batch.write(durable(), failed_));
  // From here a crash is clean: the group is synced, and an open finds all of it.
  point_->size.store(group.first.value() + group.entries.size());
  return {};
}

Result<void> Store::put_checkpoint(TreeSize at, ByteView note) {
  ENGINE_TRY_VOID(may_write());
  CHECK(at <= size());
  Batch batch(*point_->database, note.size() + 64);
  batch.put_checked(Column::checkpoints, checkpoint_key(at), note);
  return batch.write(durable(), failed_);
}

Result<void> Store::put_meta(std::string_view key, ByteView value) {
  ENGINE_TRY_VOID(may_write());
  Batch batch(*point_->database, value.size() + 64);
  batch.put_checked(Column::meta, meta_key(key), value);
  return batch.write(durable(), failed_);
}

Result<void> Store::put_chunk(const EventId& event, std::uint32_t chunk, ByteView sealed,
                              Sync sync) {
  ENGINE_TRY_VOID(may_write());
  Batch batch(*point_->database, sealed.size() + 64);
  batch.put_checked(Column::attachments, chunk_key(event, chunk), sealed);
  rocksdb::WriteOptions options;
  options.sync = sync == Sync::yes;
  return batch.write(options, failed_);
}

Result<void> Store::delete_rows(Column column, std::span<const Bytes> keys) {
  ENGINE_TRY_VOID(may_write());
  Batch batch(*point_->database, keys.size() * 64);
  for (const Bytes& key : keys) batch.erase(column, key);
  return batch.write(durable(), failed_);
}

Result<void> Store::delete_chunks(const EventId& event) {
  const ChunkKey first = chunk_key(event, 0);
  const ChunkKey last = chunk_key(event, std::numeric_limits<std::uint32_t>::max());
  const rocksdb::Slice from = to_slice(first);
  std::vector<Bytes> keys;
  const auto it = point_->iterate(Column::attachments, point_->options());
  for (it->Seek(from); it->Valid() && it->key().compare(to_slice(last)) <= 0; it->Next())
    keys.push_back(to_bytes(to_view(it->key())));
  ENGINE_TRY_VOID(from_status(it->status(), Errc::io));
  return delete_rows(Column::attachments, keys);
}

Result<void> Store::erase_parts(std::span<const Position> positions) {
  ENGINE_TRY_VOID(may_write());
  std::vector<Bytes> keys;
  for (const Position position : positions) {
    ENGINE_TRY(there, parts(position));
    for (const PartRow& part : there) keys.push_back(to_bytes(part_key(position, part.part_class)));
  }
  return delete_rows(Column::parts, keys);
}

Result<void> Store::erase_labels(std::span<const Bytes> keys) {
  return delete_rows(Column::labels, keys);
}

Result<void> Store::change_labels(std::span<const IndexRow> put, std::span<const Bytes> erased) {
  ENGINE_TRY_VOID(may_write());
  Batch batch(*point_->database, (put.size() + erased.size()) * 256);
  for (const IndexRow& row : put) batch.put_checked(Column::labels, row.key, row.value);
  for (const Bytes& key : erased) batch.erase(Column::labels, key);
  return batch.write(durable(), failed_);
}

Result<void> Store::compact_away(Column column) {
  return compact(column, nullptr, nullptr);
}

Result<void> Store::compact_away(Column column, ByteView first, ByteView last) {
  return compact(column, &first, &last);
}

Result<void> Store::compact(Column column, const ByteView* first, const ByteView* last) {
  // The write-ahead log holds the rows too: it goes when every column is flushed.
  ENGINE_TRY_VOID(flush());
  rocksdb::CompactRangeOptions whole;
  whole.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForce;
  // Others' rows are written meanwhile, and compacted too.
  whole.exclusive_manual_compaction = false;
  const Database& database = *point_->database;
  const rocksdb::Slice from = first ? to_slice(*first) : rocksdb::Slice{};
  const rocksdb::Slice to = last ? to_slice(*last) : rocksdb::Slice{};
  return from_status(database.db->CompactRange(whole, database.column(column),
                                               first ? &from : nullptr, last ? &to : nullptr),
                     Errc::io);
}

}  // namespace stafett::storage
