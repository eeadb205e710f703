#include "engine/transparency/tree.h"

#include <algorithm>

#include "engine/crypto/sha256.h"

namespace stafett::transparency {

Hash leaf_hash(ByteView entry) {
  constexpr std::uint8_t prefix[] = {0x00};
  return crypto::Sha256{}.update(prefix).update(entry).finish();
}

Hash node_hash(const Hash& left, const Hash& right) {
  std::array<std::uint8_t, 1 + 2 * Hash::kBytes> message;  // one update is cheaper than three
  message[0] = 0x01;
  std::copy(left.array().begin(), left.array().end(), message.begin() + 1);
  std::copy(right.array().begin(), right.array().end(), message.begin() + 1 + Hash::kBytes);
  return crypto::sha256(ByteView{message});
}

Hash empty_root() {
  return crypto::sha256(ByteView{});
}

Result<CompactRange> CompactRange::from(TreeSize size, std::span<const Hash> roots) {
  if (size > kTreeSizeMax) return Error{Errc::invalid_argument, "tree too large"};
  if (roots.size() != static_cast<std::size_t>(std::popcount(size.value())))
    return Error{Errc::invalid_argument, "a compact range has one root per set bit of its size"};
  CompactRange range;
  range.size_ = size.value();
  range.count_ = roots.size();
  std::copy(roots.begin(), roots.end(), range.roots_.begin());
  return range;
}

Hash CompactRange::root() const {
  if (count_ == 0) return empty_root();
  Hash root = roots_[count_ - 1];
  for (std::size_t i = count_ - 1; i-- > 0;) root = node_hash(roots_[i], root);
  return root;
}

}  // namespace stafett::transparency
