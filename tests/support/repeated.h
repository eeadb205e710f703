#pragma once
// Ids that are easy to tell apart.

#include <algorithm>
#include <cstdint>

namespace stafett::testing {

// An id of equal bytes.
template <class Id>
Id repeated(std::uint8_t byte) {
  Id id;
  std::fill_n(id.data(), Id::kBytes, byte);
  return id;
}

}  // namespace stafett::testing
