#pragma once
// Simulations as the tests want them.

#include <boost/json/serialize.hpp>
#include <string>
#include <vector>

#include "projections/simulate/simulation.h"
#include "tests/projections/rules/memory_log.h"

namespace stafett::bti::test {

inline SimulationOptions options(std::uint32_t cases, std::uint64_t seed = 1) {
  SimulationOptions out;
  out.cases = cases;
  out.seed = seed;
  out.from = *Date::from_ymd(2024, 1, 1);
  out.to = *Date::from_ymd(2026, 12, 31);
  return out;
}

inline std::vector<SimulatedEvent> all_events(SimulationOptions wanted) {
  auto simulation = Simulation::start(std::move(wanted));
  std::vector<SimulatedEvent> out;
  while (auto event = (*simulation)->next()) out.push_back(std::move(*event));
  return out;
}

inline std::string text_of(const SimulatedEvent& event, const char* key) {
  const auto* value = event.event.if_contains(key);
  return value ? std::string(value->as_string()) : std::string();
}

// What the log answered where the plan said otherwise, how many planned refusals there were, and
// what is to be found.
struct Played {
  std::vector<std::string> surprises;
  std::size_t refused = 0;
  std::vector<PlantedFinding> truth;
};

// Into an empty log.
Played play(const SimulationOptions& wanted, MemoryLog& log);

}  // namespace stafett::bti::test
