#include "engine/transparency/proof.h"

#include <algorithm>
#include <bit>

namespace stafett::transparency {
namespace {

// The largest power of two strictly smaller than n. REQUIRES: n >= 2.
std::uint64_t split_of(std::uint64_t n) {
  return std::uint64_t{1} << (std::bit_width(n - 1) - 1);
}

// Root of [first, end), which a proof node always is: perfect, or the ragged right edge.
Result<Hash> root_of_range(HashSource& source, std::uint64_t first, std::uint64_t end) {
  const std::vector<Subtree> parts = cover(first, end);
  CHECK(!parts.empty());
  ENGINE_TRY(last, source.hash_of(parts.back()));
  Hash root = last;
  for (std::size_t i = parts.size() - 1; i-- > 0;) {
    ENGINE_TRY(left, source.hash_of(parts[i]));
    root = node_hash(left, root);
  }
  return root;
}

struct Range {
  std::uint64_t first;
  std::uint64_t end;
};

// Fetches the nodes, which were collected from the root downwards, in proof order.
Result<Path> fetch(HashSource& source, std::vector<Range>& from_root) {
  std::reverse(from_root.begin(), from_root.end());
  Path path;
  path.reserve(from_root.size());
  for (const Range& node : from_root) {
    ENGINE_TRY(hash, root_of_range(source, node.first, node.end));
    path.push_back(hash);
  }
  return path;
}

Result<Path> hashes_of(HashSource& source, const std::vector<Subtree>& subtrees) {
  Path hashes;
  hashes.reserve(subtrees.size());
  for (const Subtree& subtree : subtrees) {
    ENGINE_TRY(hash, source.hash_of(subtree));
    hashes.push_back(hash);
  }
  return hashes;
}

Error not_proven(const char* why) {
  return Error{Errc::corrupt, why};
}

// The walk that both verifiers share: `node` and `last` are the indexes, at the current level, of
// the proven node and of the level's last node. Above the point where the right edge is incomplete
// a node without sibling moves up unchanged.
struct Walk {
  std::uint64_t node;
  std::uint64_t last;

  bool at_root() const { return last == 0; }
  bool sibling_is_left() const { return (node & 1) != 0 || node == last; }
  void up() {
    if (sibling_is_left())
      while ((node & 1) == 0 && node != 0) halve();
    halve();
  }
  void halve() {
    node >>= 1;
    last >>= 1;
  }
};

}  // namespace

std::vector<Subtree> cover(std::uint64_t first, std::uint64_t end) {
  CHECK(first <= end && end <= kTreeSizeMax.value());
  std::vector<Subtree> parts;
  while (first < end) {
    // As large as `first` is aligned and the rest allows.
    auto level = static_cast<unsigned>(std::bit_width(end - first) - 1);
    if (first != 0) level = std::min(level, static_cast<unsigned>(std::countr_zero(first)));
    parts.push_back({level, first >> level});
    first += std::uint64_t{1} << level;
  }
  return parts;
}

Result<Hash> root_of_tree(HashSource& source, TreeSize size) {
  if (size > kTreeSizeMax) return Error{Errc::invalid_argument, "tree too large"};
  if (size.value() == 0) return empty_root();
  return root_of_range(source, 0, size.value());
}

Result<Path> inclusion_proof(HashSource& source, Position position, TreeSize size) {
  if (size > kTreeSizeMax || position.value() >= size.value())
    return Error{Errc::invalid_argument, "position outside the tree"};
  std::vector<Range> siblings;
  Range tree{0, size.value()};
  while (tree.end - tree.first > 1) {
    const std::uint64_t middle = tree.first + split_of(tree.end - tree.first);
    if (position.value() < middle) {
      siblings.push_back({middle, tree.end});
      tree.end = middle;
    } else {
      siblings.push_back({tree.first, middle});
      tree.first = middle;
    }
  }
  return fetch(source, siblings);
}

Result<Path> consistency_proof(HashSource& source, TreeSize older, TreeSize newer) {
  if (newer > kTreeSizeMax || older > newer)
    return Error{Errc::invalid_argument, "the older tree is the larger"};
  if (older.value() == 0 || older == newer) return Path{};
  std::vector<Range> nodes;
  Range tree{0, newer.value()};
  while (older.value() != tree.end) {
    const std::uint64_t middle = tree.first + split_of(tree.end - tree.first);
    if (older.value() <= middle) {
      nodes.push_back({middle, tree.end});
      tree.end = middle;
    } else {
      nodes.push_back({tree.first, middle});
      tree.first = middle;
    }
  }
  // When the older tree is a subtree from leaf 0, the verifier has its root already.
  if (tree.first != 0) nodes.push_back(tree);
  return fetch(source, nodes);
}

Result<RangeProof> range_proof(HashSource& source, Position first, std::uint64_t count,
                               TreeSize size) {
  if (size > kTreeSizeMax || first.value() > size.value() || count > size.value() - first.value())
    return Error{Errc::invalid_argument, "range outside the tree"};
  ENGINE_TRY(left, hashes_of(source, cover(0, first.value())));
  ENGINE_TRY(right, hashes_of(source, cover(first.value() + count, size.value())));
  return RangeProof{std::move(left), std::move(right)};
}

Result<Hash> root_from_path(const Hash& leaf, Position position, TreeSize size,
                            std::span<const Hash> path) {
  if (path.size() > kProofNodesMax) return not_proven("inclusion path too long");
  if (size > kTreeSizeMax || position.value() >= size.value())
    return not_proven("position outside the tree");
  Walk walk{position.value(), size.value() - 1};
  Hash root = leaf;
  for (const Hash& sibling : path) {
    if (walk.at_root()) return not_proven("inclusion path too long");
    root = walk.sibling_is_left() ? node_hash(sibling, root) : node_hash(root, sibling);
    walk.up();
  }
  if (!walk.at_root()) return not_proven("inclusion path too short");
  return root;
}

Result<void> verify_inclusion(const Hash& leaf, Position position, const TreeHead& head,
                              std::span<const Hash> path) {
  ENGINE_TRY(root, root_from_path(leaf, position, head.size, path));
  if (root != head.root) return not_proven("inclusion path leads to another root");
  return {};
}

Result<void> verify_consistency(const TreeHead& older, const TreeHead& newer,
                                std::span<const Hash> path) {
  if (path.size() > kProofNodesMax) return not_proven("consistency path too long");
  if (newer.size > kTreeSizeMax || older.size > newer.size)
    return not_proven("the older tree is the larger");
  if (older.size.value() == 0 && older.root != empty_root())
    return not_proven("an empty tree has the empty root");
  if (older.size.value() == 0 || older.size == newer.size) {
    if (!path.empty()) return not_proven("consistency path must be empty");
    if (older.size == newer.size && older.root != newer.root)
      return not_proven("two roots for one size");
    return {};
  }
  const bool starts_at_older_root = std::has_single_bit(older.size.value());
  if (path.empty()) return not_proven("consistency path too short");
  const Hash& start = starts_at_older_root ? older.root : path.front();
  Walk walk{older.size.value() - 1, newer.size.value() - 1};
  while ((walk.node & 1) != 0) walk.halve();
  Hash older_root = start;
  Hash newer_root = start;
  for (const Hash& node : path.subspan(starts_at_older_root ? 0 : 1)) {
    if (walk.at_root()) return not_proven("consistency path too long");
    if (walk.sibling_is_left()) {
      older_root = node_hash(node, older_root);
      newer_root = node_hash(node, newer_root);
    } else {
      newer_root = node_hash(newer_root, node);
    }
    walk.up();
  }
  if (!walk.at_root()) return not_proven("consistency path too short");
  if (older_root != older.root) return not_proven("consistency path leads to another older root");
  if (newer_root != newer.root) return not_proven("consistency path leads to another newer root");
  return {};
}

Result<void> verify_range(std::span<const Hash> leaves, Position first, const TreeHead& head,
                          const RangeProof& proof) {
  const std::uint64_t size = head.size.value();
  if (head.size > kTreeSizeMax || first.value() > size || leaves.size() > size - first.value())
    return not_proven("range outside the tree");
  const std::vector<Subtree> right = cover(first.value() + leaves.size(), size);
  if (proof.right.size() != right.size()) return not_proven("range proof of another length");
  Result<CompactRange> range = CompactRange::from(TreeSize{first.value()}, proof.left);
  if (!range) return not_proven("range proof of another length");
  for (const Hash& leaf : leaves) range->append(leaf);
  for (std::size_t i = 0; i < right.size(); ++i)
    range->append_subtree(right[i].level, proof.right[i], [](const Subtree&, const Hash&) {});
  if (range->root() != head.root) return not_proven("range proof leads to another root");
  return {};
}

}  // namespace stafett::transparency
