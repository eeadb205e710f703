// Cap'n Proto 0.9 leaves it to C++20 to turn `C string == text` round, which clang from 16 on does
// not do for a class that has != as well (P2468). Included before everything else there.

#pragma once

#include <kj/string.h>

namespace kj {

inline bool operator==(const char* left, const StringPtr& right) {
  return right.operator==(StringPtr{left});
}
inline bool operator!=(const char* left, const StringPtr& right) {
  return !(left == right);
}

}  // namespace kj
