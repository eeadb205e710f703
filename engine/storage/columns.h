#pragma once
// The column families of a log's database and the layout of every key. Integers in keys are
// big-endian, so that byte order is number order. Pure functions, no I/O.
//
// Source:  docs/formats/storage.md (key layouts with worked bytes)
//
//   column       key                                   value
//   entries      BE64 position                         entry bytes, never deleted or overwritten
//   parts        BE64 position, u8 class               sealed part; deleted only by an erasure
//   attachments  event id (16), BE32 chunk             sealed chunk, checked
//   streams      stream id (16), BE32 version          BE64 position
//   events       event id (16)                         'P' BE64 position | 'R' refusal bytes,
//   checked tiles        u8 level, BE64 index                  8192 bytes: 256 hashes labels opaque
//   opaque, checked checkpoints  BE64 size                             signed note, checked meta
//   't' text                              opaque, checked ("format": the version)
//                'g' BE64 first position of a group    group record of the receipts, checked
//
// "checked": nothing else could tell what the row should hold, so it ends in a suffix of its own
// (checked_row.h). The rest follows from the entries, which the tree pins.

#include <array>
#include <optional>
#include <string_view>

#include "engine/base/bytes.h"
#include "engine/base/ids.h"

namespace stafett::storage {

enum class Column : std::uint8_t {
  entries,
  parts,
  attachments,
  streams,
  events,
  tiles,
  labels,
  checkpoints,
  meta
};
inline constexpr std::size_t kColumnCount = 9;
inline constexpr std::array<Column, kColumnCount> kColumns = {
    Column::entries, Column::parts,  Column::attachments, Column::streams, Column::events,
    Column::tiles,   Column::labels, Column::checkpoints, Column::meta};

std::string_view column_name(Column column);

inline constexpr std::size_t kTileBytes = 8192;
inline constexpr std::uint8_t kEventPositionTag = 'P';
inline constexpr std::uint8_t kEventRefusalTag = 'R';
inline constexpr std::uint8_t kMetaTextTag = 't';
inline constexpr std::uint8_t kMetaGroupTag = 'g';

using PositionKey = std::array<std::uint8_t, 8>;
using PartKey = std::array<std::uint8_t, 9>;
using ChunkKey = std::array<std::uint8_t, 20>;
using StreamKey = std::array<std::uint8_t, 20>;
using TileKey = std::array<std::uint8_t, 9>;
using GroupKey = std::array<std::uint8_t, 9>;

PositionKey position_key(Position position);
PartKey part_key(Position position, std::uint8_t part_class);
ChunkKey chunk_key(const EventId& event, std::uint32_t chunk);
StreamKey stream_key(const StreamId& stream, std::uint32_t version);
TileKey tile_key(std::uint8_t level, std::uint64_t index);
PositionKey checkpoint_key(TreeSize size);
Bytes meta_key(std::string_view text);
GroupKey group_key(Position first);

// Readers of the same layouts: empty when the bytes are not of that layout.
struct PartPlace {
  Position position;
  std::uint8_t part_class;
};
struct ChunkPlace {
  EventId event;
  std::uint32_t chunk;
};
struct StreamPlace {
  StreamId stream;
  Version version;
};
struct TilePlace {
  std::uint8_t level;
  std::uint64_t index;
};
std::optional<std::uint64_t> read_u64(ByteView key);  // entries, checkpoints; streams' values
std::optional<PartPlace> read_part_key(ByteView key);
std::optional<ChunkPlace> read_chunk_key(ByteView key);
std::optional<StreamPlace> read_stream_key(ByteView key);
std::optional<TilePlace> read_tile_key(ByteView key);
std::optional<Position> read_group_key(ByteView key);

}  // namespace stafett::storage
