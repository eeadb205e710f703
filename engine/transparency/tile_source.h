#pragma once
// TileHashSource: the hashes of a tree from its tiles, for making proofs.
//
// Threads: one at a time (it keeps the tiles it used last).
// Lifetime: what the reader refers to outlives the source.
// Limits:  keeps at most kTilesKept tiles (128 KiB).
//
// The tiles are believed as they are; a proof made from them is right when it verifies against a
// checkpoint.

#include "engine/transparency/proof.h"
#include "engine/transparency/tile.h"

namespace stafett::transparency {

// Returns the bytes of a tile: at least width * 32, as a wider or full tile begins with the same
// hashes. Errors: not_found, io.
using TileReader = std::function<Result<Bytes>(const Tile&)>;

class TileHashSource final : public HashSource {
 public:
  // Asks `reader` only for tiles of the tree of this size, with the width they have in it.
  TileHashSource(TreeSize size, TileReader reader) : size_(size), reader_(std::move(reader)) {}

  // Errors: invalid_argument (outside the tree), corrupt (a tile too short, too long, or not of
  // whole hashes), and the reader's own.
  Result<Hash> hash_of(const Subtree& subtree) override;

 private:
  static constexpr std::size_t kTilesKept = 16;
  struct Kept {
    Tile tile;
    Bytes bytes;
  };
  Result<ByteView> bytes_of(const Tile& tile);

  const TreeSize size_;
  const TileReader reader_;
  std::vector<Kept> kept_;
  std::size_t oldest_ = 0;  // the one to replace next
};

}  // namespace stafett::transparency
