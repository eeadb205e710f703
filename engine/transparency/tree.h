#pragma once
// RFC 6962 Merkle tree over SHA-256: the three hashes, and the append-only frontier of one tree.
//
// Source:  RFC 6962 section 2.1 (unchanged in RFC 9162).
// Threads: values; one object is used by one thread at a time.
// Limits:  a tree has at most kTreeSizeMax leaves, so a path has at most kProofNodesMax nodes.

#include <array>
#include <bit>
#include <span>

#include "engine/base/check.h"
#include "engine/base/ids.h"
#include "engine/base/result.h"

namespace stafett::transparency {

// Other implementations keep sizes in a signed 64-bit integer.
inline constexpr TreeSize kTreeSizeMax{(std::uint64_t{1} << 63) - 1};
inline constexpr std::size_t kProofNodesMax = 63;
inline constexpr std::size_t kLevelsMax = 64;  // levels of perfect subtrees: 0 (a leaf) .. 63

Hash leaf_hash(ByteView entry);                       // SHA-256(0x00 || entry)
Hash node_hash(const Hash& left, const Hash& right);  // SHA-256(0x01 || left || right)
Hash empty_root();                                    // SHA-256 of nothing

// What a checkpoint says about a tree.
struct TreeHead {
  TreeSize size;
  Hash root;
  friend bool operator==(const TreeHead&, const TreeHead&) = default;
};

// The leaves [index << level, (index + 1) << level).
struct Subtree {
  unsigned level = 0;
  std::uint64_t index = 0;
  friend bool operator==(const Subtree&, const Subtree&) = default;
};

// The roots of the perfect subtrees that make up [0, size), largest first: all that is needed to
// append and to know the root. One per set bit of size; held in place, nothing is allocated.
class CompactRange final {
 public:
  CompactRange() = default;
  // Errors: invalid_argument (too large, or not exactly one root per set bit of `size`).
  static Result<CompactRange> from(TreeSize size, std::span<const Hash> roots);

  TreeSize size() const { return TreeSize{size_}; }
  std::span<const Hash> roots() const { return {roots_.data(), count_}; }
  Hash root() const;  // at most 62 hashes; the empty root for an empty tree
  TreeHead head() const { return {size(), root()}; }

  // Amortised one node hash. REQUIRES: size() < kTreeSizeMax.
  void append(const Hash& leaf) {
    append(leaf, [](const Subtree&, const Hash&) {});
  }
  // Also tells `completed(subtree, hash)` of every perfect subtree that this leaf completes, the
  // leaf itself first, then upwards.
  template <class Completed>
  void append(const Hash& leaf, Completed&& completed) {
    append_subtree(0, leaf, completed);
  }
  // Appends 2^level leaves by their root. REQUIRES: size() is a multiple of 2^level, and the new
  // size is at most kTreeSizeMax.
  template <class Completed>
  void append_subtree(unsigned level, Hash hash, Completed&& completed);

 private:
  std::uint64_t size_ = 0;
  std::size_t count_ = 0;  // popcount(size_)
  std::array<Hash, kLevelsMax> roots_{};
};

template <class Completed>
void CompactRange::append_subtree(unsigned level, Hash hash, Completed&& completed) {
  CHECK(level < kLevelsMax - 1);
  const std::uint64_t leaves = std::uint64_t{1} << level;
  CHECK((size_ & (leaves - 1)) == 0 && leaves <= kTreeSizeMax.value() - size_);
  std::uint64_t index = size_ >> level;
  size_ += leaves;
  completed(Subtree{level, index}, hash);
  // As in a binary counter: every set bit from `level` up is a subtree that now has its sibling.
  for (; (index & 1) != 0; index >>= 1) {
    hash = node_hash(roots_[--count_], hash);
    completed(Subtree{++level, index >> 1}, hash);
  }
  roots_[count_++] = hash;
}

}  // namespace stafett::transparency
