#pragma once
// Tiles: which there are for a tree of some size, what they are called, what bytes they have.
//
// Source:  c2sp.org/tlog-tiles.
// Threads: pure functions and values.
// Limits:  256 hashes or entries per tile; an entry has at most 65 535 bytes.
//
// A tile at level L and index N holds, for i in [0, 256), the root of the perfect subtree at level
// 8 * L and index 256 * N + i. A full one never changes. An entry bundle holds the entries under a
// level-0 tile, each as u16 big-endian length and bytes.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/transparency/tree.h"

namespace stafett::transparency {

inline constexpr unsigned kTileWidth = 256;
inline constexpr unsigned kTileHeight = 8;  // levels of the tree per level of tiles
inline constexpr std::size_t kTileBytes = kTileWidth * Hash::kBytes;
inline constexpr unsigned kTileLevels = 8;  // what a tree of 2^63 - 1 leaves needs
inline constexpr unsigned kTilePathLevelMax = 63;
inline constexpr std::size_t kEntryBytesMax = 65535;

enum class TileKind { hashes, entries };

struct Tile {
  TileKind kind = TileKind::hashes;
  unsigned level = 0;  // 0 for entries
  std::uint64_t index = 0;
  unsigned width = kTileWidth;  // 1 .. 256; 256 is full
  bool full() const { return width == kTileWidth; }
  friend bool operator==(const Tile&, const Tile&) = default;
};

// "tile/0/x001/234.p/5", "tile/entries/x001/234". REQUIRES: level <= 63 and width in 1 .. 256.
std::string tile_path(const Tile& tile);
// Exactly what tile_path makes, nothing else. Errors: malformed.
Result<Tile> parse_tile_path(std::string_view path);

// Hashes in the tile at (level, index) of a tree of this size: 0 when there is no such tile.
unsigned tile_width(TreeSize size, unsigned level, std::uint64_t index);
// The tile of a tree of this size that holds a subtree's hash, or those it is computed from; kind
// hashes. REQUIRES: the subtree lies inside the tree.
Tile tile_of(TreeSize size, const Subtree& subtree);

// Every tile of a tree of this size, level by level, left to right: full ones, then the partial
// one. This is what a static log is made of. Stops at the first error of `visit` and returns it.
using VisitTile = std::function<Result<void>(const Tile&)>;
Result<void> for_each_tile(TreeSize size, TileKind kind, const VisitTile& visit);

// The root of the perfect subtree at `height` levels above the tile's own, number `index` in the
// tile. REQUIRES: height <= 8 and the tile's bytes reach over its (index + 1) << height hashes.
Hash subtree_in_tile(ByteView tile_bytes, unsigned height, std::size_t index);

// REQUIRES: at most 256 entries, each of at most kEntryBytesMax.
Bytes encode_entry_bundle(std::span<const ByteView> entries);
// Exactly `width` entries and not a byte more; they borrow `bundle`. Errors: malformed.
Result<std::vector<ByteView>> decode_entry_bundle(ByteView bundle, unsigned width);

}  // namespace stafett::transparency
