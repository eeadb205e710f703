#pragma once
// The tree by its recursive definition, slow and plain: what the engine's results are compared
// with.

#include <bit>
#include <string>
#include <vector>

#include "engine/crypto/sha256.h"
#include "engine/transparency/proof.h"

namespace stafett::transparency::model {

using Leaves = std::span<const Hash>;

inline std::size_t split(std::size_t n) {
  return std::bit_floor(n - 1);
}

inline Hash mth(Leaves leaves) {
  if (leaves.empty()) return crypto::sha256(ByteView{});
  if (leaves.size() == 1) return leaves[0];
  const std::size_t k = split(leaves.size());
  const std::uint8_t prefix[] = {1};
  return crypto::sha256(
      {ByteView{prefix}, mth(leaves.first(k)).view(), mth(leaves.subspan(k)).view()});
}

// PATH(m, D[n]) of RFC 6962 section 2.1.1.
inline Path path(std::size_t m, Leaves leaves) {
  if (leaves.size() == 1) return {};
  const std::size_t k = split(leaves.size());
  Path nodes = m < k ? path(m, leaves.first(k)) : path(m - k, leaves.subspan(k));
  nodes.push_back(m < k ? mth(leaves.subspan(k)) : mth(leaves.first(k)));
  return nodes;
}

// SUBPROOF(m, D[n], known) of RFC 6962 section 2.1.2.
inline Path subproof(std::size_t m, Leaves leaves, bool known) {
  if (m == leaves.size()) return known ? Path{} : Path{mth(leaves)};
  const std::size_t k = split(leaves.size());
  Path nodes =
      m <= k ? subproof(m, leaves.first(k), known) : subproof(m - k, leaves.subspan(k), false);
  nodes.push_back(m <= k ? mth(leaves.subspan(k)) : mth(leaves.first(k)));
  return nodes;
}

// Leaf hashes of "<prefix>0", "<prefix>1", ...
inline std::vector<Hash> leaves(std::size_t count, const std::string& prefix = "leaf ") {
  std::vector<Hash> hashes;
  for (std::size_t i = 0; i < count; ++i)
    hashes.push_back(leaf_hash(as_bytes(prefix + std::to_string(i))));
  return hashes;
}

// Hashes of subtrees from leaves held in memory.
class Source final : public HashSource {
 public:
  explicit Source(std::vector<Hash> leaves) : leaves_(std::move(leaves)) {}
  Result<Hash> hash_of(const Subtree& subtree) override {
    const std::size_t width = std::size_t{1} << subtree.level;
    if ((subtree.index + 1) * width > leaves_.size()) return Error{Errc::not_found};
    return mth(Leaves{leaves_}.subspan(subtree.index * width, width));
  }

 private:
  std::vector<Hash> leaves_;
};

}  // namespace stafett::transparency::model
