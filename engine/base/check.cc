#include "engine/base/check.h"

#include <cstdio>
#include <cstdlib>

namespace stafett {

void check_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "stafett: invariant broken: %s at %s:%d\n", condition, file, line);
  std::abort();
}

}  // namespace stafett
