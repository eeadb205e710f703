#pragma once
// A scenario played into a log of its own, which is then opened anew, for readers of logs.

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>
#include <string>

#include "engine/crypto/seeded_random.h"
#include "projections/scenario/event_data.h"
#include "projections/scenario/scenario_play.h"
#include "projections/viewer/viewer_reader.h"
#include "tests/support/temporary_directory.h"

namespace stafett::bti::test {

class PlayedLog {
 public:
  explicit PlayedLog(Scenario scenario) : scenario_(std::move(scenario)) {
    crypto::SeededRandom random{7};
    const log::LogPaths paths = log::LogPaths::beside(directory_.path("log"));
    {
      auto played = ScenarioPlay::play(scenario_, paths, storage::posix_files(), random);
      BOOST_REQUIRE_MESSAGE(played, (played ? "" : played.error().to_string()));
    }
    log::LogOptions options{clock, random_, storage::posix_files()};
    options.door_threads = 1;
    options.checkpoint_interval = std::chrono::milliseconds{0};
    Result<BtiLog> opened = open_log(paths, options);
    BOOST_REQUIRE_MESSAGE(opened, (opened ? "" : opened.error().to_string()));
    bti_ = std::move(*opened);
  }
  explicit PlayedLog(const std::string& json) : PlayedLog(parsed(json)) {}

  log::Log& log() const { return *bti_.log; }
  BtiLog& opened() { return bti_; }
  BtiGate& gate() const { return *bti_.gate; }
  const Scenario& scenario() const { return scenario_; }
  ActorId person(const std::string& label) const {
    const auto id = ViewerReader(log(), gate()).person_named(label);
    BOOST_REQUIRE_MESSAGE(id, label);
    return *id;
  }
  SubjectId case_id(const std::string& label = "case") const {
    const auto id = CaseReader(log(), gate()).case_named(label);
    BOOST_REQUIRE_MESSAGE(id, label);
    return *id;
  }
  // Both axes at the end of that day of the scenario.
  Axes day(std::int64_t day) const {
    Axes axes;
    axes.as_of = axes.known.recorded_at = scenario_.days.end(day);
    return axes;
  }
  boost::json::array history(const std::string& viewer, std::int64_t on) const {
    const auto found = ViewerReader(log(), gate()).history(case_id(), person(viewer), day(on));
    BOOST_REQUIRE_MESSAGE(found, (found ? "" : found.error().to_string()));
    return *found;
  }
  boost::json::object state(const std::string& viewer, std::int64_t on) const {
    const auto found = ViewerReader(log(), gate()).state(case_id(), person(viewer), day(on));
    BOOST_REQUIRE_MESSAGE(found, (found ? "" : found.error().to_string()));
    return *found;
  }
  static Scenario parsed(const std::string& json) {
    Result<Scenario> scenario = parse_scenario(json);
    BOOST_REQUIRE_MESSAGE(scenario, (scenario ? "" : scenario.error().to_string()));
    return *scenario;
  }

  ManualClock clock;

 private:
  testing::TemporaryDirectory directory_;
  Scenario scenario_;
  crypto::SeededRandom random_{8};
  BtiLog bti_;
};

}  // namespace stafett::bti::test
