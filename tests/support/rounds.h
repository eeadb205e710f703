#pragma once
// How much of the long tests is run: STAFETT_ROUNDS; and by which seed: STAFETT_TEST_SEED.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "engine/base/encoding.h"

namespace stafett::testing {

// few: under sanitizers, where each round takes many times as long.
enum class Rounds { few, small, full };

inline Rounds rounds() {
  const char* text = std::getenv("STAFETT_ROUNDS");
  const std::string_view name = text != nullptr ? text : "small";
  if (name == "full") return Rounds::full;
  return name == "few" ? Rounds::few : Rounds::small;
}
inline bool full_rounds() {
  return rounds() == Rounds::full;
}
template <class T>
T by_rounds(T few, T small, T full) {
  const Rounds asked = rounds();
  return asked == Rounds::few ? few : asked == Rounds::small ? small : full;
}

// A failing test prints its seed, and this replays it; `otherwise` when none is set.
inline std::uint64_t seed_from_environment(std::uint64_t otherwise) {
  const char* text = std::getenv("STAFETT_TEST_SEED");
  return text == nullptr ? otherwise : parse_decimal(text).value_or(otherwise);
}

}  // namespace stafett::testing
