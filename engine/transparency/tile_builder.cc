#include "engine/transparency/tile_builder.h"

#include <bit>

namespace stafett::transparency {
namespace {

// The roots of the full tiles that make up the partial tile one level higher.
Result<Bytes> derive_edge(TreeSize size, unsigned level, const TileReader& full_tiles) {
  const std::uint64_t hashes = size.value() >> (kTileHeight * level);
  Bytes edge;
  for (std::uint64_t index = hashes - hashes % kTileWidth; index < hashes; ++index) {
    ENGINE_TRY(bytes, full_tiles({TileKind::hashes, level - 1, index, kTileWidth}));
    if (bytes.size() != kTileBytes) return Error{Errc::corrupt, "a full tile has 8192 bytes"};
    append(edge, subtree_in_tile(bytes, kTileHeight, 0).view());
  }
  return edge;
}

// The perfect subtrees inside a partial tile, largest first.
void collect_roots(ByteView edge, std::vector<Hash>& roots) {
  std::size_t left = edge.size() / Hash::kBytes;
  for (std::size_t first = 0; left > 0;) {
    const auto height = static_cast<unsigned>(std::bit_width(left) - 1);
    roots.push_back(subtree_in_tile(edge, height, first >> height));
    first += std::size_t{1} << height;
    left -= std::size_t{1} << height;
  }
}

}  // namespace

Result<TileBuilder> TileBuilder::derive(TreeSize size, const TileReader& full_tiles,
                                        std::span<const Hash> last_leaves) {
  if (size > kTreeSizeMax || last_leaves.size() != size.value() % kTileWidth)
    return Error{Errc::invalid_argument, "not the leaves since the last full tile"};
  TileBuilder builder;
  for (const Hash& leaf : last_leaves) stafett::append(builder.edges_[0], leaf.view());
  for (unsigned level = 1; level < kTileLevels; ++level) {
    ENGINE_TRY(edge, derive_edge(size, level, full_tiles));
    builder.edges_[level] = std::move(edge);
  }
  std::vector<Hash> roots;
  for (unsigned level = kTileLevels; level-- > 0;) collect_roots(builder.edges_[level], roots);
  ENGINE_TRY(range, CompactRange::from(size, roots));
  builder.range_ = range;
  return builder;
}

}  // namespace stafett::transparency
