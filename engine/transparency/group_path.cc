#include "engine/transparency/group_path.h"

#include <algorithm>
#include <bit>

namespace stafett::transparency {
namespace {

// One level up, in place. A last node without sibling moves up unchanged, which is RFC 6962's split
// at the largest power of two, seen from below.
void pair_up(std::vector<Hash>& level) {
  const std::size_t pairs = level.size() / 2;
  for (std::size_t i = 0; i < pairs; ++i) level[i] = node_hash(level[2 * i], level[2 * i + 1]);
  if (level.size() % 2 != 0) level[pairs] = level.back();
  level.resize(pairs + level.size() % 2);
}

void check_group(std::span<const Hash> leaves) {
  CHECK(!leaves.empty() && leaves.size() <= kGroupLeavesMax);
}

}  // namespace

Hash root_of(std::span<const Hash> leaves) {
  if (leaves.empty()) return empty_root();
  check_group(leaves);
  std::vector<Hash> level(leaves.begin(), leaves.end());
  while (level.size() > 1) pair_up(level);
  return level.front();
}

Path path_of(std::span<const Hash> leaves, std::size_t index) {
  check_group(leaves);
  CHECK(index < leaves.size());
  Path path;
  std::vector<Hash> level(leaves.begin(), leaves.end());
  for (; level.size() > 1; index >>= 1) {
    const std::size_t sibling = index ^ 1;
    if (sibling < level.size()) path.push_back(level[sibling]);
    pair_up(level);
  }
  return path;
}

std::vector<Path> paths_of(std::span<const Hash> leaves) {
  check_group(leaves);
  std::vector<Path> paths(leaves.size());
  for (Path& path : paths)
    path.reserve(static_cast<std::size_t>(std::bit_width(leaves.size() - 1)));
  std::vector<Hash> level(leaves.begin(), leaves.end());
  for (unsigned height = 0; level.size() > 1; ++height) {
    for (std::size_t i = 0; i < leaves.size(); ++i) {
      const std::size_t sibling = (i >> height) ^ 1;
      if (sibling < level.size()) paths[i].push_back(level[sibling]);
    }
    pair_up(level);
  }
  return paths;
}

Result<Hash> root_from_group_path(const Hash& leaf, std::uint64_t index, std::uint64_t count,
                                  std::span<const Hash> path) {
  if (count > kGroupLeavesMax) return Error{Errc::corrupt, "group too large"};
  return root_from_path(leaf, Position{index}, TreeSize{count}, path);
}

}  // namespace stafett::transparency
