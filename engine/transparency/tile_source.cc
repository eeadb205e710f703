#include "engine/transparency/tile_source.h"

namespace stafett::transparency {

Result<Hash> TileHashSource::hash_of(const Subtree& subtree) {
  const bool inside = subtree.level < kLevelsMax &&
                      subtree.index < size_.value() >> subtree.level;  // index + 1 may not overflow
  if (!inside) return Error{Errc::invalid_argument, "subtree outside the tree"};
  const unsigned height = subtree.level % kTileHeight;
  const std::uint64_t subtrees = kTileWidth >> height;  // of this height in one tile
  ENGINE_TRY(bytes, bytes_of(tile_of(size_, subtree)));
  return subtree_in_tile(bytes, height, static_cast<std::size_t>(subtree.index % subtrees));
}

Result<ByteView> TileHashSource::bytes_of(const Tile& tile) {
  for (const Kept& kept : kept_)
    if (kept.tile == tile) return ByteView{kept.bytes};
  ENGINE_TRY(bytes, reader_(tile));
  if (bytes.size() < tile.width * Hash::kBytes || bytes.size() > kTileBytes ||
      bytes.size() % Hash::kBytes != 0)
    return Error{Errc::corrupt,
                 tile_path(tile) + " has " + std::to_string(bytes.size()) + " bytes"};
  if (kept_.size() < kTilesKept) {
    kept_.push_back({tile, std::move(bytes)});
    return ByteView{kept_.back().bytes};
  }
  Kept& replaced = kept_[oldest_];
  oldest_ = (oldest_ + 1) % kTilesKept;
  replaced = {tile, std::move(bytes)};
  return ByteView{replaced.bytes};
}

}  // namespace stafett::transparency
