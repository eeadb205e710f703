#include "engine/log/log_tree.h"

namespace stafett::log {
namespace {

using transparency::kTileWidth;
using transparency::Tile;

Result<std::vector<Hash>> leaf_hashes(const storage::Reads& reads, Position first, Position end) {
  std::vector<Hash> leaves;
  ENGINE_TRY_VOID(
      reads.scan_entries(first, end, [&](Position, ByteView entry) -> Result<storage::Scan> {
        leaves.push_back(transparency::leaf_hash(entry));
        return storage::Scan::more;
      }));
  return leaves;
}

// Hashes [first, first + count) of a tile level, each the root of a full tile one level below.
Result<Bytes> partial_tile(const storage::Reads& reads, const Tile& tile) {
  const std::uint64_t first = tile.index * kTileWidth;
  Bytes bytes;
  if (tile.level == 0) {
    ENGINE_TRY(leaves, leaf_hashes(reads, Position{first}, Position{first + tile.width}));
    for (const Hash& leaf : leaves) append(bytes, leaf.view());
    return bytes;
  }
  for (std::uint64_t i = first; i < first + tile.width; ++i) {
    ENGINE_TRY(below, reads.tile(static_cast<std::uint8_t>(tile.level - 1), i));
    if (!below || below->size() != transparency::kTileBytes)
      return Error{Errc::corrupt, "a full tile is missing"};
    append(bytes, transparency::subtree_in_tile(*below, transparency::kTileHeight, 0).view());
  }
  return bytes;
}

}  // namespace

transparency::TileReader tile_reader(const storage::Reads& reads, TreeSize size) {
  return [&reads, size](const Tile& tile) -> Result<Bytes> {
    ENGINE_TRY(full, reads.tile(static_cast<std::uint8_t>(tile.level), tile.index));
    if (full) return std::move(*full);
    const unsigned width = transparency::tile_width(size, tile.level, tile.index);
    if (width < tile.width) return Error{Errc::not_found, "no such tile"};
    return partial_tile(reads, tile);
  };
}

Result<transparency::TileBuilder> derive_tree(const storage::Reads& reads, TreeSize size) {
  const Position first{size.value() - size.value() % kTileWidth};
  ENGINE_TRY(leaves, leaf_hashes(reads, first, Position{size.value()}));
  return transparency::TileBuilder::derive(
      size,
      [&](const Tile& tile) -> Result<Bytes> {
        ENGINE_TRY(bytes, reads.tile(static_cast<std::uint8_t>(tile.level), tile.index));
        if (!bytes) return Error{Errc::corrupt, "a full tile is missing"};
        return std::move(*bytes);
      },
      leaves);
}

Result<Hash> root_at(const storage::Reads& reads, TreeSize size) {
  transparency::TileHashSource source{size, tile_reader(reads, size)};
  return transparency::root_of_tree(source, size);
}

}  // namespace stafett::log
