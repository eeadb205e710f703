#include "projections/simulate/simulation.h"

#include <algorithm>
#include <iterator>

namespace stafett::bti {

namespace {

constexpr int kYearFirst = 1950, kYearLast = 2037;  // for the birth dates of all ages
constexpr std::uint32_t kServicesMax = 1000, kEmployeesMax = 1000;

const char* fault_of(const SimulationOptions& options) {
  const Parameters& p = options.parameters;
  if (options.cases > kSimulatedCasesMax) return "too many cases";
  if (options.to < options.from) return "the period ends before it begins";
  if (options.from.year() < kYearFirst || options.to.year() > kYearLast)
    return "the period lies outside 1950-2037";
  const bool town = p.schools >= 1 && p.schools <= kServicesMax && p.kindergartens >= 1 &&
                    p.kindergartens <= kServicesMax && p.employees_per_service >= 2 &&
                    p.employees_per_service <= kEmployeesMax;
  if (!town) return "the town is too small or too large";
  const auto none = [](const auto& weights) {
    return std::all_of(weights.begin(), weights.end(), [](auto one) { return one == 0; });
  };
  if (none(p.ages) || none(p.levels) || none(p.months)) return "weights that are all zero";
  const bool rounds = p.round_days_min >= 28 && p.round_days_max >= p.round_days_min &&
                      p.round_days_max <= 54 && p.measures_first_max >= 1;
  if (!rounds || p.life_days_median < 1 || p.life_days_median > 3650)
    return "rounds or lives out of range";
  return nullptr;
}

}  // namespace

Result<std::unique_ptr<Simulation>> Simulation::start(SimulationOptions options) {
  if (const char* fault = fault_of(options)) return Error{Errc::malformed, fault};
  return std::unique_ptr<Simulation>(new Simulation(std::move(options)));
}

Simulation::Simulation(SimulationOptions options)
    : options_(std::move(options)),
      town_(options_.seed, options_.parameters, options_.from, options_.to),
      end_(end_of_day(options_.to)) {
  starts_.reserve(options_.cases);
  for (std::uint32_t i = 1; i <= options_.cases; ++i)
    starts_.push_back(
        {start_of_case(options_.seed, i, options_.parameters, options_.from, options_.to), i});
  std::sort(starts_.begin(), starts_.end());
  put_back({0, nullptr, town_.directory(), 0});
}

// Whether a's step is told after b's.
bool Simulation::later(const Running& a, const Running& b) {
  if (a.step().recorded_at != b.step().recorded_at)
    return a.step().recorded_at > b.step().recorded_at;
  return a.index > b.index;
}

void Simulation::put_back(Running running) {
  if (running.told == running.chapter.size()) {
    if (!running.story) return;
    running.chapter = running.story->next_chapter();
    running.told = 0;
    if (running.chapter.empty()) return;
  }
  if (running.step().recorded_at > end_) return;
  running_.push_back(std::move(running));
  std::push_heap(running_.begin(), running_.end(), later);
}

// A case's first step comes after its start: those that may be earlier than the earliest are begun.
void Simulation::begin_due() {
  while (begun_ < starts_.size() &&
         (running_.empty() || starts_[begun_].at <= running_.front().step().recorded_at)) {
    begin(starts_[begun_++]);
  }
}

void Simulation::begin(const Start& start) {
  if (options_.breaches.any()) {
    auto planted = plant_case(options_.breaches, town_, options_.parameters, options_.seed,
                              start.index, start.at, options_.to);
    if (planted) {
      std::move(planted->findings.begin(), planted->findings.end(), std::back_inserter(truth_));
      return put_back({start.index, nullptr, std::move(planted->script), 0});
    }
  }
  put_back({start.index,
            std::make_unique<CaseStory>(town_, options_.parameters, options_.seed, start.index,
                                        start.at),
            {},
            0});
}

std::vector<PlantedFinding> Simulation::truth() const {
  std::vector<PlantedFinding> out = truth_;
  std::sort(out.begin(), out.end());
  return out;
}

std::optional<SimulatedEvent> Simulation::next() {
  begin_due();
  if (running_.empty()) return std::nullopt;
  std::pop_heap(running_.begin(), running_.end(), later);
  Running running = std::move(running_.back());
  running_.pop_back();
  Step& step = running.chapter[running.told++];
  SimulatedEvent out{step.recorded_at, {}, step.refused_by};
  out.event = input_json(std::move(step));
  put_back(std::move(running));
  return out;
}

}  // namespace stafett::bti
