#pragma once
// How much of the long tests is run: STAFETT_ROUNDS.

#include <cstdlib>
#include <string_view>

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

}  // namespace stafett::testing
