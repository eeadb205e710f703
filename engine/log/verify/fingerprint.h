#pragma once
// Fingerprint of a set of rows, in any order: the sum of keyed hashes. Two sets have the same
// fingerprint only if they are the same set; the key is drawn anew for each verification, so nobody
// can prepare rows that cancel out. So an index of any size is compared without sorting or looking
// up a single row.
//
// Threads: values; the maker is constant.

#include <array>

#include "engine/base/ids.h"
#include "engine/base/random.h"

namespace stafett::log {

struct Fingerprint {
  std::array<std::uint64_t, 2> sums{};
  Fingerprint& operator+=(const Fingerprint& other) {
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += other.sums[i];
    return *this;
  }
  friend bool operator==(const Fingerprint&, const Fingerprint&) = default;
};

class FingerprintMaker final {
 public:
  explicit FingerprintMaker(Random& random) { random.fill(key_); }
  Fingerprint of_row(ByteView key, ByteView value) const;

 private:
  std::array<std::uint8_t, 16> key_{};
};

}  // namespace stafett::log
