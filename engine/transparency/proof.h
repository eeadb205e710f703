#pragma once
// Inclusion, consistency and range proofs: made from stored hashes, verified from nothing but the
// arguments.
//
// Source:  RFC 6962 section 2.1.1 and 2.1.2 (which hashes), RFC 9162 section 2.1.3.2 and 2.1.4.2
//          (verification). Range proofs are ours: see RangeProof.
// Threads: all functions are pure; a HashSource says for itself.
// Limits:  a path of more than kProofNodesMax nodes is refused before any hashing.
//
// A root proves nothing unless it comes from a checkpoint whose signature was verified
// (checkpoint.h): an inclusion proof against an unsigned root is worthless.

#include <span>
#include <vector>

#include "engine/transparency/tree.h"

namespace stafett::transparency {

// Where the hashes of perfect subtrees come from.
class HashSource {
 public:
  virtual ~HashSource() = default;
  // Asked only for subtrees that lie wholly inside the tree a proof is made for.
  virtual Result<Hash> hash_of(const Subtree& subtree) = 0;
};

using Path = std::vector<Hash>;  // leaf's or smallest sibling first, the root's child last

// The perfect subtrees that make up [first, end), left to right: at most 2 * 63.
// REQUIRES: first <= end <= kTreeSizeMax.
std::vector<Subtree> cover(std::uint64_t first, std::uint64_t end);

// Errors of all makers: invalid_argument (sizes or positions out of order or too large), and what
// the source says.
Result<Hash> root_of_tree(HashSource& source, TreeSize size);
Result<Path> inclusion_proof(HashSource& source, Position position, TreeSize size);
// An empty path when older == newer and when older is 0.
Result<Path> consistency_proof(HashSource& source, TreeSize older, TreeSize newer);

// Proves that the leaves at [first, first + count) are exactly the given ones, without the others.
struct RangeProof {
  Path left;   // roots of cover(0, first)
  Path right;  // roots of cover(first + count, size)
  friend bool operator==(const RangeProof&, const RangeProof&) = default;
};
Result<RangeProof> range_proof(HashSource& source, Position first, std::uint64_t count,
                               TreeSize size);

// Errors of all verifiers: corrupt (the proof does not prove it, whatever the reason).
Result<void> verify_inclusion(const Hash& leaf, Position position, const TreeHead& head,
                              std::span<const Hash> path);
// A tree of size 0 has the empty root and is consistent with every other, by the empty path.
Result<void> verify_consistency(const TreeHead& older, const TreeHead& newer,
                                std::span<const Hash> path);
Result<void> verify_range(std::span<const Hash> leaves, Position first, const TreeHead& head,
                          const RangeProof& proof);

// The root that `path` leads to from `leaf`. Errors: corrupt (the path's length is not that of
// this position in a tree of this size).
Result<Hash> root_from_path(const Hash& leaf, Position position, TreeSize size,
                            std::span<const Hash> path);

}  // namespace stafett::transparency
