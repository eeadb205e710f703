// Reads of one row. Scans: scans.cc.

#include "engine/storage/reads.h"

#include <limits>

#include "engine/storage/checked_row.h"
#include "engine/storage/read_point.h"

namespace stafett::storage {
namespace {

Error past_end(Position position) {
  return Error{Errc::not_found, "no entry at position " + std::to_string(position.value())};
}

Result<std::optional<Bytes>> plain(const ReadPoint& point, Column column, ByteView key) {
  rocksdb::PinnableSlice row;
  ENGINE_TRY(there, point.get(column, key, row));
  if (!there) return std::optional<Bytes>{};
  return std::optional<Bytes>{to_bytes(to_view(row))};
}

Result<std::optional<Bytes>> checked(const ReadPoint& point, Column column, ByteView key) {
  rocksdb::PinnableSlice row;
  ENGINE_TRY(there, point.get(column, key, row));
  if (!there) return std::optional<Bytes>{};
  ENGINE_TRY(value, open_row(column, key, to_view(row)));
  return std::optional<Bytes>{to_bytes(value)};
}

// The checkpoint that the iterator stands on, or none.
Result<std::optional<StoredCheckpoint>> checkpoint_here(const rocksdb::Iterator& it) {
  ENGINE_TRY_VOID(from_status(it.status(), Errc::io));
  if (!it.Valid()) return std::optional<StoredCheckpoint>{};
  const ByteView key = to_view(it.key());
  const auto size = read_u64(key);
  if (!size) return damaged(Column::checkpoints, key, "not a size");
  ENGINE_TRY(note, open_row(Column::checkpoints, key, to_view(it.value())));
  return std::optional<StoredCheckpoint>{StoredCheckpoint{TreeSize{*size}, to_bytes(note)}};
}

}  // namespace

TreeSize Reads::size() const {
  return TreeSize{point_->size.load()};
}

Result<Bytes> Reads::entry(Position position) const {
  if (position.value() >= size().value()) return past_end(position);
  const PositionKey key = position_key(position);
  ENGINE_TRY(row, plain(*point_, Column::entries, key));
  if (!row) return damaged(Column::entries, key, "missing");
  return std::move(*row);
}

Result<std::vector<Bytes>> Reads::entries(std::span<const Position> positions) const {
  std::vector<PositionKey> keys;
  keys.reserve(positions.size());
  for (const Position position : positions) {
    if (position.value() >= size().value()) return past_end(position);
    keys.push_back(position_key(position));
  }
  std::vector<rocksdb::Slice> slices;
  slices.reserve(keys.size());
  for (const PositionKey& key : keys) slices.push_back(to_slice(key));
  std::vector<rocksdb::PinnableSlice> rows(keys.size());
  std::vector<rocksdb::Status> statuses(keys.size());
  const Database& database = *point_->database;
  database.db->MultiGet(point_->options(), database.column(Column::entries), slices.size(),
                        slices.data(), rows.data(), statuses.data());
  std::vector<Bytes> found;
  found.reserve(keys.size());
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (statuses[i].IsNotFound()) return damaged(Column::entries, keys[i], "missing");
    ENGINE_TRY_VOID(from_status(statuses[i], Errc::io));
    found.push_back(to_bytes(to_view(rows[i])));
  }
  return found;
}

Result<std::vector<PartRow>> Reads::parts(Position position) const {
  std::vector<PartRow> found;
  const Result<void> walked = walk(*point_, Column::parts, point_->options(), part_key(position, 0),
                                   position_key(Position{position.value() + 1}),
                                   [&](ByteView key, ByteView value) -> Result<Scan> {
                                     const auto place = read_part_key(key);
                                     if (!place)
                                       return damaged(Column::parts, key, "not a part's key");
                                     found.push_back(PartRow{place->part_class, to_bytes(value)});
                                     return Scan::more;
                                   });
  if (!walked) return walked.error();
  return found;
}

Result<std::optional<Bytes>> Reads::part(Position position, std::uint8_t part_class) const {
  return plain(*point_, Column::parts, part_key(position, part_class));
}

Result<std::optional<StreamHead>> Reads::stream_head(const StreamId& stream) const {
  const StreamKey last = stream_key(stream, std::numeric_limits<std::uint32_t>::max());
  rocksdb::ReadOptions read = point_->options();
  read.prefix_same_as_start = true;
  const auto it = point_->iterate(Column::streams, read);
  it->SeekForPrev(to_slice(last));
  ENGINE_TRY_VOID(from_status(it->status(), Errc::io));
  if (!it->Valid()) return std::optional<StreamHead>{};
  const ByteView key = to_view(it->key());
  const auto place = read_stream_key(key);
  if (!place) return damaged(Column::streams, key, "not a stream's key");
  if (place->stream != stream) return std::optional<StreamHead>{};
  const auto position = read_u64(to_view(it->value()));
  if (!position) return damaged(Column::streams, key, "not a position");
  return std::optional<StreamHead>{StreamHead{place->version, Position{*position}}};
}

Result<std::optional<Position>> Reads::stream_position(const StreamId& stream,
                                                       Version version) const {
  if (version.value() > std::numeric_limits<std::uint32_t>::max()) return std::optional<Position>{};
  const StreamKey key = stream_key(stream, static_cast<std::uint32_t>(version.value()));
  rocksdb::PinnableSlice row;
  ENGINE_TRY(there, point_->get(Column::streams, key, row));
  if (!there) return std::optional<Position>{};
  const auto position = read_u64(to_view(row));
  if (!position) return damaged(Column::streams, key, "not a position");
  return std::optional<Position>{Position{*position}};
}

Result<EventOutcome> Reads::event(const EventId& event) const {
  rocksdb::PinnableSlice row;
  ENGINE_TRY(there, point_->get(Column::events, event.view(), row));
  if (!there) return EventOutcome{};
  return read_event_row(event.view(), to_view(row));
}

Result<std::optional<Bytes>> Reads::tile(std::uint8_t level, std::uint64_t index) const {
  const TileKey key = tile_key(level, index);
  ENGINE_TRY(row, plain(*point_, Column::tiles, key));
  if (row && row->size() != kTileBytes) return damaged(Column::tiles, key, "not 8192 bytes");
  return std::move(row);
}

Result<std::optional<Bytes>> Reads::label(ByteView key) const {
  return checked(*point_, Column::labels, key);
}

Result<std::optional<StoredCheckpoint>> Reads::latest_checkpoint() const {
  const auto it = point_->iterate(Column::checkpoints, point_->options());
  it->SeekToLast();
  return checkpoint_here(*it);
}

Result<std::optional<Bytes>> Reads::checkpoint_at(TreeSize size) const {
  return checked(*point_, Column::checkpoints, checkpoint_key(size));
}

Result<std::optional<StoredCheckpoint>> Reads::checkpoint_covering(Position position) const {
  const PositionKey from = checkpoint_key(size_after(position));
  const auto it = point_->iterate(Column::checkpoints, point_->options());
  it->Seek(to_slice(from));
  return checkpoint_here(*it);
}

Result<std::optional<StoredCheckpoint>> Reads::checkpoint_within(TreeSize size) const {
  const PositionKey wanted = checkpoint_key(size);
  const auto it = point_->iterate(Column::checkpoints, point_->options());
  it->SeekForPrev(to_slice(wanted));
  return checkpoint_here(*it);
}

Result<ReceiptGroup> Reads::receipt_group_of(Position position) const {
  if (position.value() >= size().value()) return past_end(position);
  const GroupKey wanted = group_key(position);
  const auto it = point_->iterate(Column::meta, point_->options());
  it->SeekForPrev(to_slice(wanted));
  ENGINE_TRY_VOID(from_status(it->status(), Errc::io));
  if (!it->Valid()) return damaged(Column::meta, wanted, "no group before it");
  const ByteView key = to_view(it->key());
  const auto first = read_group_key(key);
  if (!first) return damaged(Column::meta, key, "not a group's key");
  ENGINE_TRY(record, open_row(Column::meta, key, to_view(it->value())));
  return ReceiptGroup{*first, to_bytes(record)};
}

Result<std::optional<Bytes>> Reads::meta(std::string_view key) const {
  return checked(*point_, Column::meta, meta_key(key));
}

Result<std::optional<Bytes>> Reads::chunk(const EventId& event, std::uint32_t chunk) const {
  return checked(*point_, Column::attachments, chunk_key(event, chunk));
}

}  // namespace stafett::storage
