#pragma once
// Simulation: the events of a town that does not exist, in order of recording. The same options
// give the same events, byte for byte; a case is the same however many others there are.
//
// Every event is accepted by the hard rules in its mode (live, but for some of the breaches) under
// the default profile, but for those that are marked. Without breaches, no case has a finding on
// any day up to `to`. The log is to have `admin`, who registers everybody else.
//
// Threads: one.
// Limits:  memory grows with the cases under way, each its current chapter (tens of KiB), or the
//          whole case (some 100 KiB) when findings are planted in it; 16 bytes for each case to
//          come; and the truth.

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "engine/base/result.h"
#include "projections/simulate/breaches.h"

namespace stafett::bti {

constexpr std::uint32_t kSimulatedCasesMax = 10'000'000;

struct SimulationOptions {
  std::uint32_t cases = 100;
  std::uint64_t seed = 1;
  Date from, to;  // local; nothing is recorded before or after
  Parameters parameters = {};
  Breaches breaches = {};  // none
};

struct SimulatedEvent {
  TimeUs recorded_at;
  boost::json::object event;    // as the log takes it
  std::string_view refused_by;  // the hard rule that is to refuse it, "H31"; empty: recorded
};

class Simulation final {
 public:
  // Errors: malformed (too many cases, years outside 1950-2037, `to` before `from`, parameters
  // that no story can be made of).
  static Result<std::unique_ptr<Simulation>> start(SimulationOptions options);

  // Empty: over. recorded_at never goes back.
  std::optional<SimulatedEvent> next();
  // What is to be found in the cases begun so far, as of the end of the last day: all of it when
  // next() is over. Sorted.
  std::vector<PlantedFinding> truth() const;

 private:
  struct Running {
    std::uint32_t index;
    std::unique_ptr<CaseStory> story;  // null: the chapter is all there is
    Script chapter;
    std::size_t told = 0;
    const Step& step() const { return chapter[told]; }
  };
  struct Start {
    TimeUs at;
    std::uint32_t index;
    friend auto operator<=>(const Start&, const Start&) = default;
  };

  explicit Simulation(SimulationOptions options);
  void begin_due();
  void begin(const Start& start);
  void put_back(Running running);
  static bool later(const Running& a, const Running& b);

  SimulationOptions options_;
  Town town_;
  TimeUs end_;
  std::vector<Start> starts_;  // sorted
  std::size_t begun_ = 0;      // of starts_
  std::vector<PlantedFinding> truth_;
  std::vector<Running> running_;  // a heap: the earliest step first
};

}  // namespace stafett::bti
