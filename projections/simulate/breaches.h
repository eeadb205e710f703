#pragma once
// Breaches: how often each rule is broken in a simulation, and a case in which it happens.
//
// Threads: any.

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "projections/simulate/case_story.h"
#include "projections/simulate/planting.h"

namespace stafett::bti {

constexpr int kRules = 62;  // F01 to F62

// Chances out of 10 000 that a case is chosen for the rule. A chosen case gets the finding if it
// has a place for it (a log that is opened, a level that is changed, ...) before the simulation
// ends; one that is chosen for several gets one of them, drawn.
struct Breaches {
  std::array<Chance, kRules + 1> chances = {};  // by rule; 0 and 58 are not used
  bool any() const;
};

struct PlantedCase {
  Script script;  // the whole case, up to the last day
  std::vector<PlantedFinding> findings;
};
// Empty: the case is not chosen, or has no place for what it is chosen for. Then its story is as it
// would have been. Depends on the seed, the parameters, the town, the chances, the case's number
// and the last day alone.
std::optional<PlantedCase> plant_case(const Breaches& breaches, const Town& town,
                                      const Parameters& parameters, std::uint64_t seed,
                                      std::uint32_t index, TimeUs start, Date last);

}  // namespace stafett::bti
