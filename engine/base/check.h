#pragma once
// CHECK(condition): a broken invariant is our bug. On in every build; says where, then aborts,
// because a dead log beats a wrong log. Never reachable from input: input gets a Result.

namespace stafett {

[[noreturn]] void check_failed(const char* condition, const char* file, int line);

}  // namespace stafett

#define CHECK(condition)                                       \
  do {                                                         \
    if (!(condition)) [[unlikely]]                             \
      ::stafett::check_failed(#condition, __FILE__, __LINE__); \
  } while (false)
