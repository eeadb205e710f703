#include "projections/simulate/breaches.h"

#include <algorithm>
#include <iterator>

#include "projections/simulate/planters.h"

namespace stafett::bti {

namespace {

// The rules that the case is chosen for, the most wanted first.
std::vector<int> rules_for(const Breaches& breaches, std::uint64_t seed, std::uint32_t index) {
  Draws draws(sub_seed(seed, "breaches", index));
  std::vector<int> out;
  for (int rule = 1; rule <= kRules; ++rule) {
    const Chance chance = breaches.chances[static_cast<std::size_t>(rule)];
    if (chance == 0 || !planter_of(rule) || !draws.happens(chance)) continue;
    const auto place =
        static_cast<std::ptrdiff_t>(draws.below(static_cast<std::uint32_t>(out.size()) + 1));
    out.insert(out.begin() + place, rule);
  }
  return out;
}

// All that is told of the case by the last day, attempts left out.
Script whole_story(CaseStory& story, Date last) {
  const std::int64_t end = end_of_day(last).value();
  Script out;
  for (Script chapter = story.next_chapter(); !chapter.empty(); chapter = story.next_chapter()) {
    for (Step& step : chapter)
      if (step.refused_by.empty() && step.recorded_at.value() <= end)
        out.push_back(std::move(step));
    if (chapter.back().recorded_at.value() > end) break;
  }
  return out;
}

}  // namespace

bool Breaches::any() const {
  return std::any_of(chances.begin(), chances.end(), [](Chance chance) { return chance > 0; });
}

std::optional<PlantedCase> plant_case(const Breaches& breaches, const Town& town,
                                      const Parameters& parameters, std::uint64_t seed,
                                      std::uint32_t index, TimeUs start, Date last) {
  const std::vector<int> rules = rules_for(breaches, seed, index);
  if (rules.empty()) return std::nullopt;
  CaseStory story(town, parameters, seed, index, start);
  Script script = whole_story(story, last);
  Planting planting(std::move(script), story.told(), town, seed, last);
  for (const int rule : rules) {
    if (!planter_of(rule)(planting)) continue;
    planting.finish();
    return PlantedCase{std::move(planting.steps), std::move(planting.findings)};
  }
  return std::nullopt;
}

}  // namespace stafett::bti
