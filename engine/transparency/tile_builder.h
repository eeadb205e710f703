#pragma once
// TileBuilder: fed leaf hashes one by one, keeps the right edge of every level of tiles and the
// tree's frontier, and hands out each tile when it becomes full. Every node is hashed once.
//
// Source:  c2sp.org/tlog-tiles.
// Threads: a value, used by one thread at a time.
// Limits:  at most kTileLevels * kTileBytes (64 KiB) of memory.

#include "engine/transparency/tile_source.h"

namespace stafett::transparency {

class TileBuilder final {
 public:
  // The builder as it was after `size` leaves, from the full tiles and the leaf hashes since the
  // last full level-0 tile. Reads at most 255 tiles per level. The root is what the tiles say: the
  // caller compares it with what he trusts.
  // Errors: invalid_argument (not size % 256 leaves), corrupt (a tile of another length), and the
  // reader's own.
  static Result<TileBuilder> derive(TreeSize size, const TileReader& full_tiles,
                                    std::span<const Hash> last_leaves);

  TileBuilder() = default;

  // `full(tile, bytes)` runs for every tile that this leaf fills, lower levels first; `bytes` (8192
  // of them) live until it returns. REQUIRES: size() < kTreeSizeMax.
  template <class Full>
  void append(const Hash& leaf, Full&& full);

  TreeSize size() const { return range_.size(); }
  Hash root() const { return range_.root(); }
  TreeHead head() const { return range_.head(); }

  // The partial tile at the end of a level, 32 bytes per hash; empty when there is none. Lives
  // until the next append. REQUIRES: level < kTileLevels.
  ByteView edge(unsigned level) const { return edges_.at(level); }

 private:
  CompactRange range_;
  std::array<Bytes, kTileLevels> edges_;
};

template <class Full>
void TileBuilder::append(const Hash& leaf, Full&& full) {
  range_.append(leaf, [&](const Subtree& subtree, const Hash& hash) {
    if (subtree.level % kTileHeight != 0) return;
    const unsigned level = subtree.level / kTileHeight;
    Bytes& edge = edges_[level];
    stafett::append(edge, hash.view());
    if (edge.size() < kTileBytes) return;
    full(Tile{TileKind::hashes, level, subtree.index / kTileWidth, kTileWidth}, ByteView{edge});
    edge.clear();  // keeps its memory
  });
}

}  // namespace stafett::transparency
