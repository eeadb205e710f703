#include "engine/storage/columns.h"

#include <algorithm>

namespace stafett::storage {
namespace {

template <std::size_t N>
class KeyWriter final {
 public:
  KeyWriter& put(ByteView bytes) {
    at_ = std::copy(bytes.begin(), bytes.end(), at_);
    return *this;
  }
  KeyWriter& put(std::uint8_t byte) {
    *at_++ = byte;
    return *this;
  }
  std::array<std::uint8_t, N> done() const { return key_; }

 private:
  std::array<std::uint8_t, N> key_{};
  std::uint8_t* at_ = key_.data();
};

}  // namespace

std::string_view column_name(Column column) {
  switch (column) {
    case Column::entries:
      return "entries";
    case Column::parts:
      return "parts";
    case Column::attachments:
      return "attachments";
    case Column::streams:
      return "streams";
    case Column::events:
      return "events";
    case Column::tiles:
      return "tiles";
    case Column::labels:
      return "labels";
    case Column::checkpoints:
      return "checkpoints";
    case Column::meta:
      return "meta";
  }
  return "unknown";
}

PositionKey position_key(Position position) {
  return big_endian(position.value());
}
PositionKey checkpoint_key(TreeSize size) {
  return big_endian(size.value());
}

PartKey part_key(Position position, std::uint8_t part_class) {
  return KeyWriter<9>().put(big_endian(position.value())).put(part_class).done();
}
ChunkKey chunk_key(const EventId& event, std::uint32_t chunk) {
  return KeyWriter<20>().put(event.view()).put(big_endian(chunk)).done();
}
StreamKey stream_key(const StreamId& stream, std::uint32_t version) {
  return KeyWriter<20>().put(stream.view()).put(big_endian(version)).done();
}
TileKey tile_key(std::uint8_t level, std::uint64_t index) {
  return KeyWriter<9>().put(level).put(big_endian(index)).done();
}
GroupKey group_key(Position first) {
  return KeyWriter<9>().put(kMetaGroupTag).put(big_endian(first.value())).done();
}
Bytes meta_key(std::string_view text) {
  Bytes key{kMetaTextTag};
  append(key, as_bytes(text));
  return key;
}

std::optional<std::uint64_t> read_u64(ByteView key) {
  if (key.size() != 8) return std::nullopt;
  return from_big_endian<std::uint64_t>(key);
}
std::optional<PartPlace> read_part_key(ByteView key) {
  if (key.size() != 9) return std::nullopt;
  return PartPlace{Position{from_big_endian<std::uint64_t>(key)}, key[8]};
}
std::optional<ChunkPlace> read_chunk_key(ByteView key) {
  if (key.size() != 20) return std::nullopt;
  return ChunkPlace{*EventId::from(key.first(16)), from_big_endian<std::uint32_t>(key.subspan(16))};
}
std::optional<StreamPlace> read_stream_key(ByteView key) {
  if (key.size() != 20) return std::nullopt;
  return StreamPlace{*StreamId::from(key.first(16)),
                     Version{from_big_endian<std::uint32_t>(key.subspan(16))}};
}
std::optional<TilePlace> read_tile_key(ByteView key) {
  if (key.size() != 9) return std::nullopt;
  return TilePlace{key[0], from_big_endian<std::uint64_t>(key.subspan(1))};
}
std::optional<Position> read_group_key(ByteView key) {
  if (key.size() != 9 || key[0] != kMetaGroupTag) return std::nullopt;
  return Position{from_big_endian<std::uint64_t>(key.subspan(1))};
}

}  // namespace stafett::storage
