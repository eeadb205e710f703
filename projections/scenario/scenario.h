#pragma once
// Scenario: a scenario file, read strictly: what is to be recorded, in which order, and what is
// expected of it.
//
// Source:  docs/reference/scenarios.md
// Threads: a value.
// Limits:  kScenarioBytesMax; labels of events do not repeat, recordedAt does not decrease.

#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "projections/profile/profile.h"
#include "projections/scenario/scenario_days.h"
#include "projections/state/event.h"

namespace stafett::bti {

inline constexpr std::size_t kScenarioBytesMax = std::size_t{16} << 20;

inline constexpr std::array<std::string_view, 3> kClassNames{"fact", "narrative", "identity"};

// One event or read, as it is to be recorded.
struct ScenarioEvent {
  std::string label;
  std::optional<std::string> case_label;  // none: the type belongs to no case
  std::string type;
  std::string by;
  TimeUs occurred_at;
  TimeUs recorded_at;
  Mode mode = Mode::live;
  boost::json::object data;  // ids of events, dates and instants are in place
};

struct StateExpectation {
  std::string case_label;
  TimeUs as_of;
  TimeUs known_at{INT64_MAX};
  std::string path;
  boost::json::value equals;
};
// Where findings are asked for; every case of the file, or one.
struct Evaluation {
  std::optional<std::string> case_label;
  TimeUs as_of;
  TimeUs known_at{INT64_MAX};
};
struct FindingExpectation {
  std::string case_label;
  std::string rule;
  std::string ref;
  std::string first;                            // a date
  std::optional<std::string> cleared;           // none: not cleared
  std::optional<std::int64_t> profile_version;  // none: not looked at
};
// What a viewer is given of some events: all classes, none, or exactly these.
struct SightExpectation {
  std::string name;  // "visible/0"
  std::string viewer;
  TimeUs at;
  std::vector<std::string> classes;  // of kClassNames, in that order
  std::vector<std::string> events;
};

// Figures of a period, suppressed as for a reporter: those named.
struct StatisticsExpectation {
  Date from, to;
  TimeUs known_at{INT64_MAX};
  boost::json::object figures;
};

struct Scenario {
  struct Service {
    std::string id, kind;
  };
  struct Person {
    std::string label;
    boost::json::array roles;
    std::optional<std::string> service;
  };
  std::string name;
  ScenarioDays days{Date{}};
  Profile profile;
  std::vector<Service> services;  // also every kind that is not listed
  std::vector<Person> people;
  std::vector<ScenarioEvent> events;  // in the order of recording, reads among them
  std::int64_t last_day = 0;          // the greatest named anywhere

  std::map<std::string, std::string> rejected;  // label -> code
  std::vector<StateExpectation> states;
  std::vector<SightExpectation> sights;
  std::vector<Evaluation> evaluations;
  std::vector<std::vector<FindingExpectation>> findings;  // as many as evaluations, or none
  std::vector<StatisticsExpectation> statistics;
};

// Errors: malformed (JSON pointer and why), too_large.
Result<Scenario> parse_scenario(std::string_view text);

}  // namespace stafett::bti
