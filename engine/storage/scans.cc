// Reads of many rows, in key order.

#include <algorithm>
#include <limits>

#include "engine/storage/checked_row.h"
#include "engine/storage/read_point.h"
#include "engine/storage/reads.h"

namespace stafett::storage {
namespace {

bool starts_with(ByteView bytes, ByteView prefix) {
  return bytes.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), bytes.begin());
}

// The parts of one entry after the other. A part's bytes live in the iterator only until it moves,
// so they are copied into one buffer that is used again for the next entry.
class PartsInStep final {
 public:
  PartsInStep(const ReadPoint& point, const rocksdb::ReadOptions& read)
      : it_(point.iterate(Column::parts, read)) {}

  void seek(Position position) {
    const PartKey from = part_key(position, 0);
    it_->Seek(to_slice(from));
  }
  // REQUIRES: seek() to this position or one before; positions in ascending order.
  Result<std::span<const PartView>> of(Position position) {
    buffer_.clear();
    ends_.clear();
    for (; it_->Valid(); it_->Next()) {
      const auto place = read_part_key(to_view(it_->key()));
      if (!place) return damaged(Column::parts, to_view(it_->key()), "not a part's key");
      if (place->position > position) break;
      if (place->position < position) continue;
      append(buffer_, to_view(it_->value()));
      ends_.push_back(End{place->part_class, buffer_.size()});
    }
    ENGINE_TRY_VOID(from_status(it_->status(), Errc::io));
    views_.clear();
    std::size_t begin = 0;
    for (const End& end : ends_) {
      views_.push_back({end.part_class, ByteView{buffer_}.subspan(begin, end.offset - begin)});
      begin = end.offset;
    }
    return std::span<const PartView>{views_};
  }

 private:
  struct End {
    std::uint8_t part_class;
    std::size_t offset;
  };
  const std::unique_ptr<rocksdb::Iterator> it_;
  Bytes buffer_;
  std::vector<End> ends_;
  std::vector<PartView> views_;
};

}  // namespace

Result<void> Reads::scan_entries(Position first, Position end, const EntryVisit& visit) const {
  const Position stop{std::min(end.value(), size().value())};
  if (first >= stop) return {};
  std::uint64_t next = first.value();
  ENGINE_TRY_VOID(walk(*point_, Column::entries, point_->scan_options(), position_key(first),
                       position_key(stop), [&](ByteView key, ByteView entry) -> Result<Scan> {
                         if (read_u64(key) != next)
                           return damaged(Column::entries, position_key(Position{next}), "missing");
                         ENGINE_TRY(seen, visit(Position{next}, entry));
                         // A stop counts as the end, so that the check below holds.
                         next = seen == Scan::stop ? stop.value() : next + 1;
                         return seen;
                       }));
  if (next != stop.value())
    return damaged(Column::entries, position_key(Position{next}), "missing");
  return {};
}

Result<void> Reads::scan_with_parts(Position first, Position end, const PartsVisit& visit) const {
  const PositionKey bound = position_key(Position{std::min(end.value(), size().value())});
  const rocksdb::Slice bound_slice = to_slice(bound);  // outlives the iterator
  rocksdb::ReadOptions read = point_->scan_options();
  read.iterate_upper_bound = &bound_slice;
  PartsInStep step(*point_, read);
  step.seek(first);
  return scan_entries(first, end, [&](Position position, ByteView entry) -> Result<Scan> {
    ENGINE_TRY(parts, step.of(position));
    return visit(position, entry, parts);
  });
}

Result<void> Reads::visit_with_parts(std::span<const Position> positions,
                                     const PartsVisit& visit) const {
  rocksdb::ReadOptions read = point_->options();
  read.total_order_seek = true;
  const auto entries = point_->iterate(Column::entries, read);
  PartsInStep step(*point_, read);
  for (const Position position : positions) {
    if (position.value() >= size().value())
      return Error{Errc::not_found, "no entry at position " + std::to_string(position.value())};
    const PositionKey key = position_key(position);
    entries->Seek(to_slice(key));
    ENGINE_TRY_VOID(from_status(entries->status(), Errc::io));
    if (!entries->Valid() || read_u64(to_view(entries->key())) != position.value())
      return damaged(Column::entries, key, "missing");
    step.seek(position);
    ENGINE_TRY(parts, step.of(position));
    ENGINE_TRY(seen, visit(position, to_view(entries->value()), parts));
    if (seen == Scan::stop) return {};
  }
  return {};
}

Result<void> Reads::scan_stream(const StreamId& stream, Version from,
                                const VersionVisit& visit) const {
  if (from.value() > std::numeric_limits<std::uint32_t>::max()) return {};
  rocksdb::ReadOptions read = point_->options();
  read.prefix_same_as_start = true;
  return walk(*point_, Column::streams, read,
              stream_key(stream, static_cast<std::uint32_t>(from.value())), ByteView{},
              [&](ByteView key, ByteView value) -> Result<Scan> {
                const auto place = read_stream_key(key);
                const auto position = read_u64(value);
                if (!place || !position) return damaged(Column::streams, key, "not a stream's row");
                if (place->stream != stream) return Scan::stop;
                return visit(place->version, Position{*position});
              });
}

Result<void> Reads::scan_streams(const StreamVisit& visit) const {
  return walk(*point_, Column::streams, point_->scan_options(), ByteView{}, ByteView{},
              [&](ByteView key, ByteView value) -> Result<Scan> {
                const auto place = read_stream_key(key);
                const auto position = read_u64(value);
                if (!place || !position) return damaged(Column::streams, key, "not a stream's row");
                return visit(place->stream, place->version, Position{*position});
              });
}

Result<void> Reads::scan_events(const EventVisit& visit) const {
  return walk(*point_, Column::events, point_->scan_options(), ByteView{}, ByteView{},
              [&](ByteView key, ByteView value) -> Result<Scan> {
                const auto event = EventId::from(key);
                if (!event) return damaged(Column::events, key, "not an event id");
                ENGINE_TRY(outcome, read_event_row(key, value));
                return visit(*event, outcome);
              });
}

Result<void> Reads::scan_tiles(const TileVisit& visit) const {
  return walk(*point_, Column::tiles, point_->scan_options(), ByteView{}, ByteView{},
              [&](ByteView key, ByteView value) -> Result<Scan> {
                const auto place = read_tile_key(key);
                if (!place) return damaged(Column::tiles, key, "not a tile's key");
                return visit(place->level, place->index, value);
              });
}

Result<void> Reads::scan_labels(ByteView prefix, const RowVisit& visit) const {
  return walk(*point_, Column::labels, point_->scan_options(), prefix, ByteView{},
              [&](ByteView key, ByteView row) -> Result<Scan> {
                if (!starts_with(key, prefix)) return Scan::stop;
                ENGINE_TRY(value, open_row(Column::labels, key, row));
                return visit(key, value);
              });
}

Result<void> Reads::scan_checkpoints(TreeSize from, const CheckpointVisit& visit) const {
  return walk(*point_, Column::checkpoints, point_->options(), checkpoint_key(from), ByteView{},
              [&](ByteView key, ByteView row) -> Result<Scan> {
                const auto size = read_u64(key);
                if (!size) return damaged(Column::checkpoints, key, "not a size");
                ENGINE_TRY(note, open_row(Column::checkpoints, key, row));
                return visit(TreeSize{*size}, note);
              });
}

Result<void> Reads::scan_receipt_groups(Position from, const GroupVisit& visit) const {
  return walk(*point_, Column::meta, point_->scan_options(), group_key(from), ByteView{},
              [&](ByteView key, ByteView row) -> Result<Scan> {
                const auto first = read_group_key(key);
                if (!first) return Scan::stop;  // the texts follow
                ENGINE_TRY(record, open_row(Column::meta, key, row));
                return visit(*first, record);
              });
}

Result<void> Reads::scan_rows(Column column, ByteView from, ByteView end,
                              const RowVisit& visit) const {
  rocksdb::ReadOptions read = point_->options();  // RocksDB reads ahead by itself as it goes on
  read.fill_cache = false;
  read.total_order_seek = true;
  return walk(*point_, column, read, from, end, visit);
}

Result<std::vector<EventId>> Reads::attachment_events() const {
  std::vector<EventId> events;
  const auto it = point_->iterate(Column::attachments, point_->options());
  for (it->SeekToFirst(); it->Valid();) {
    const auto place = read_chunk_key(to_view(it->key()));
    if (!place) return damaged(Column::attachments, to_view(it->key()), "not a chunk's key");
    events.push_back(place->event);
    // Over the other chunks, without reading them.
    const ChunkKey last = chunk_key(place->event, std::numeric_limits<std::uint32_t>::max());
    it->Seek(to_slice(last));
    if (it->Valid() && it->key() == to_slice(last)) it->Next();
  }
  ENGINE_TRY_VOID(from_status(it->status(), Errc::io));
  return events;
}

}  // namespace stafett::storage
