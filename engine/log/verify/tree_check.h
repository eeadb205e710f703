#pragma once
// TreeCheck: builds the tree from the entries and compares it with stored tiles, checkpoints and
// the guard. What differs is blamed at the end: entries under a checkpoint that agrees, or under
// the log's receipt, are right, so the tile, checkpoint or receipt is wrong; else the entry is.
//
// Threads:  one at a time.
// Lifetime: everything referred to outlives it.
// Limits:   remembers kDifferencesMax differences of each kind: what a damaged log has more is not
// told.

#include "engine/log/verify/block_checker.h"
#include "engine/transparency/tile_builder.h"

namespace stafett::log {

class TreeCheck final {
 public:
  static constexpr std::size_t kDifferencesMax = 4096;

  explicit TreeCheck(const CheckPlace& place);
  void add(const Block& block);
  void finish();

  Hash root() const { return tree_.root(); }

 private:
  struct TileDifference {
    transparency::Tile tile;
    bool missing;
    std::vector<unsigned> slots;
  };
  struct GuardedState {
    TreeState state;
    const char* what;
  };

  void load_guard();
  void compare_guard(const GuardedState& guarded, const Hash& root);
  void compare_tile(const transparency::Tile& tile, ByteView hashes);
  void compare_roots(const Block& block, std::size_t& next_checkpoint);
  bool unproven(Position position) const;
  bool damaged_below(TreeSize size) const;
  void blame_tile(const TileDifference& difference);
  void blame_leaf_tile(const TileDifference& difference);
  bool follows_from_below(const TileDifference& difference, unsigned slot) const;
  void blame_runs();
  void blame_checkpoints();
  void check_past_end();

  const CheckPlace place_;
  const TreeSize size_;
  transparency::TileBuilder tree_;
  std::vector<GuardedState> guarded_;
  std::vector<TileDifference> tiles_;
  std::vector<Block::Run> unproven_;   // in order, as `missing_` and `named_`
  std::vector<TreeSize> other_roots_;  // checkpoints that do not agree
  std::vector<Position> missing_;
  TreeSize agreed_;              // the largest checkpoint that agrees
  std::vector<Position> named_;  // entries already blamed
};

}  // namespace stafett::log
