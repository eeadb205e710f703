#include "engine/log/verify/tree_check.h"

#include <algorithm>

#include "engine/log/log_tree.h"

namespace stafett::log {

using transparency::Tile;

namespace {

bool any_in(const std::vector<Position>& sorted, Position first, Position end) {
  const auto found = std::ranges::lower_bound(sorted, first);
  return found != sorted.end() && *found < end;
}

}  // namespace

TreeCheck::TreeCheck(const CheckPlace& place) : place_(place), size_(place.input.reads.size()) {
  const TreeSize since = place.options.since;
  if (since != TreeSize{0}) {
    Result<transparency::TileBuilder> tree = derive_tree(place.input.reads, since);
    if (tree)
      tree_ = std::move(*tree);
    else
      place.findings.add(std::nullopt, tile_place(0, since.value() / transparency::kTileWidth),
                         code::kTile, "the tree to go on from: " + tree.error().detail());
  }
  load_guard();
}

void TreeCheck::load_guard() {
  if (place_.input.guard == nullptr) return;
  const Result<std::unique_ptr<Guard>>& guard = *place_.input.guard;
  if (!guard)
    return place_.findings.add(std::nullopt, "guard", code::kGuard, guard.error().to_string());
  guarded_.push_back({(*guard)->required(), "what was acknowledged"});
  if (const auto checkpoint = (*guard)->checkpoint())
    guarded_.push_back({checkpoint->state, "the published checkpoint"});
  for (const GuardedState& guarded : guarded_)
    if (guarded.state.size > size_)
      place_.findings.add(Position{size_.value()}, "guard", code::kGuard,
                          std::string{guarded.what} + " has " +
                              std::to_string(guarded.state.size.value()) + " entries, the log " +
                              std::to_string(size_.value()));
  if (const auto possible = (*guard)->possible())
    guarded_.push_back({*possible, "what was about to be acknowledged"});
  std::erase_if(guarded_, [&](const GuardedState& g) { return g.state.size > size_; });
  for (const GuardedState& guarded : guarded_) {
    if (guarded.state.size > tree_.size()) continue;
    const Result<Hash> root = root_at(place_.input.reads, guarded.state.size);
    compare_guard(guarded, root ? *root : Hash{});
  }
  std::erase_if(guarded_, [&](const GuardedState& g) { return g.state.size <= tree_.size(); });
}

void TreeCheck::compare_guard(const GuardedState& guarded, const Hash& root) {
  if (guarded.state.root == root || guarded.state.root.is_zero()) return;  // zeros: a size alone
  place_.findings.add(std::nullopt, "guard", code::kGuard,
                      std::string{guarded.what} + " had another root at size " +
                          std::to_string(guarded.state.size.value()));
}

void TreeCheck::add(const Block& block) {
  std::size_t next_checkpoint = 0;
  for (const CheckedEntry& entry : block.entries) {
    if (!entry.present && missing_.size() < kDifferencesMax) missing_.push_back(entry.position);
    tree_.append(entry.leaf,
                 [&](const Tile& tile, ByteView hashes) { compare_tile(tile, hashes); });
    compare_roots(block, next_checkpoint);
  }
  for (const Block::Run& run : block.unproven)
    if (unproven_.size() < kDifferencesMax) unproven_.push_back(run);
}

void TreeCheck::compare_roots(const Block& block, std::size_t& next_checkpoint) {
  const auto& checkpoints = block.signed_checkpoints;
  while (next_checkpoint < checkpoints.size() &&
         checkpoints[next_checkpoint].size == tree_.size()) {
    const CheckedCheckpoint& checkpoint = checkpoints[next_checkpoint++];
    if (checkpoint.root == tree_.root())
      agreed_ = checkpoint.size;
    else if (other_roots_.size() < kDifferencesMax)
      other_roots_.push_back(checkpoint.size);
  }
  for (const GuardedState& guarded : guarded_)
    if (guarded.state.size == tree_.size()) compare_guard(guarded, tree_.root());
}

void TreeCheck::compare_tile(const Tile& tile, ByteView hashes) {
  const auto stored = place_.input.reads.tile(static_cast<std::uint8_t>(tile.level), tile.index);
  const bool there = stored && *stored;
  if (there && std::ranges::equal(**stored, hashes)) return;
  if (tiles_.size() >= kDifferencesMax) return;
  TileDifference difference{tile, !there, {}};
  for (unsigned slot = 0; there && slot < transparency::kTileWidth; ++slot)
    if (!std::ranges::equal(ByteView{**stored}.subspan(slot * Hash::kBytes, Hash::kBytes),
                            hashes.subspan(slot * Hash::kBytes, Hash::kBytes)))
      difference.slots.push_back(slot);
  tiles_.push_back(std::move(difference));
}

// No checkpoint and no receipt says that the entry is right. Below level 3 receipts are not looked
// at.
bool TreeCheck::unproven(Position position) const {
  if (position.value() < agreed_.value()) return false;
  if (place_.options.level < 3) return true;
  const auto after = std::ranges::upper_bound(unproven_, position, {}, &Block::Run::first);
  return after != unproven_.begin() && position < std::prev(after)->end;
}

bool TreeCheck::damaged_below(TreeSize size) const {
  const Position end{size.value()};
  return any_in(missing_, Position{0}, end) || any_in(named_, Position{0}, end);
}

// The stored tile one level down leads to the stored hash: that one is reported instead.
bool TreeCheck::follows_from_below(const TileDifference& difference, unsigned slot) const {
  const Tile& tile = difference.tile;
  const auto level = static_cast<std::uint8_t>(tile.level);
  const auto above = place_.input.reads.tile(level, tile.index);
  const auto below = place_.input.reads.tile(static_cast<std::uint8_t>(level - 1),
                                             tile.index * transparency::kTileWidth + slot);
  if (!above || !*above || !below || !*below) return false;
  const Hash hash = transparency::subtree_in_tile(**below, transparency::kTileHeight, 0);
  return std::ranges::equal(ByteView{**above}.subspan(slot * Hash::kBytes, Hash::kBytes),
                            hash.view());
}

void TreeCheck::blame_leaf_tile(const TileDifference& difference) {
  bool tile_is_wrong = false;
  for (const unsigned slot : difference.slots) {
    const Position position{difference.tile.index * transparency::kTileWidth + slot};
    if (!unproven(position)) {
      tile_is_wrong = true;
      continue;
    }
    if (!std::ranges::binary_search(missing_, position))
      place_.findings.add(position, "entry", code::kEntryHash,
                          "not the entry that the tree was built from");
    named_.push_back(position);
  }
  if (tile_is_wrong)
    place_.findings.add(std::nullopt, tile_place(0, difference.tile.index), code::kTile,
                        "does not hold the hashes of the entries");
}

void TreeCheck::blame_tile(const TileDifference& difference) {
  const Tile& tile = difference.tile;
  if (difference.missing)
    return place_.findings.add(std::nullopt, tile_place(tile.level, tile.index), code::kTile,
                               "missing or of a wrong length");
  if (tile.level == 0) return blame_leaf_tile(difference);
  if (!std::ranges::all_of(difference.slots,
                           [&](unsigned slot) { return follows_from_below(difference, slot); }))
    place_.findings.add(std::nullopt, tile_place(tile.level, tile.index), code::kTile,
                        "does not hold the roots of the tiles below it");
}

// Commit groups whose entries are not what the log signed receipts for.
void TreeCheck::blame_runs() {
  std::vector<Position> more;
  for (const Block::Run& run : unproven_) {
    if (!run.has_receipt) continue;
    if (run.end.value() <= agreed_.value()) {
      place_.findings.add(run.first, "index receipts", code::kSignature,
                          "the receipts' signature is not the log's over these entries");
    } else if (!any_in(named_, run.first, run.end) && !any_in(missing_, run.first, run.end)) {
      place_.findings.add(run.first, "entry", code::kEntryHash,
                          "of positions " + std::to_string(run.first.value()) + " to " +
                              std::to_string(run.end.value() - 1) +
                              " some entry is not the one that was acknowledged");
      more.push_back(run.first);
    }
  }
  named_.insert(named_.end(), more.begin(), more.end());
  std::ranges::sort(named_);
}

void TreeCheck::blame_checkpoints() {
  for (const TreeSize size : other_roots_) {
    const bool fork = size < agreed_ || (place_.options.level >= 3 && !damaged_below(size));
    place_.findings.add(std::nullopt, checkpoint_place(size),
                        fork ? code::kCheckpointFork : code::kRoot,
                        fork ? "signed for another history than the entries"
                             : "the entries do not lead to its root");
  }
}

// Rows that a log of this size does not have.
void TreeCheck::check_past_end() {
  (void)place_.input.reads.scan_rows(
      storage::Column::checkpoints, storage::checkpoint_key(TreeSize{size_.value() + 1}), {},
      [&](ByteView key, ByteView) -> Result<storage::Scan> {
        if (const auto size = storage::read_u64(key))
          place_.findings.add(Position{size_.value()}, checkpoint_place(TreeSize{*size}),
                              code::kRoot,
                              "the log ends before it, at " + std::to_string(size_.value()));
        return storage::Scan::more;
      });
}

void TreeCheck::finish() {
  std::ranges::stable_sort(tiles_, {}, [](const TileDifference& d) { return d.tile.level; });
  for (const TileDifference& difference : tiles_) blame_tile(difference);
  blame_runs();
  blame_checkpoints();
  check_past_end();
}

}  // namespace stafett::log
