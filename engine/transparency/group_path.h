#pragma once
// A small tree held in memory: the intents an actor signs together, the entries one receipt covers.
//
// Source:  RFC 6962 section 2.1.
// Threads: pure functions.
// Limits:  1 .. kGroupLeavesMax leaves, so a path has at most 16 nodes.

#include "engine/transparency/proof.h"

namespace stafett::transparency {

inline constexpr std::size_t kGroupLeavesMax = 65536;

// REQUIRES: leaves.size() <= kGroupLeavesMax. The empty root for no leaves.
Hash root_of(std::span<const Hash> leaves);

// REQUIRES of both: 1 <= leaves.size() <= kGroupLeavesMax; index < leaves.size().
Path path_of(std::span<const Hash> leaves, std::size_t index);
// The path of every leaf, in order; hashes each node once.
std::vector<Path> paths_of(std::span<const Hash> leaves);

// The root of the group of `count` leaves whose leaf at `index` this is. Compare it with a signed
// root. Errors: corrupt (no such group, or the path's length is not that of this index and count).
Result<Hash> root_from_group_path(const Hash& leaf, std::uint64_t index, std::uint64_t count,
                                  std::span<const Hash> path);

}  // namespace stafett::transparency
