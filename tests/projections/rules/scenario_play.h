#pragma once
// Plays a scenario file in memory and checks what it expects of refusals, state and visibility. For
// tests: the player that goes through a log is projections/scenario.

#include <boost/json/value.hpp>
#include <string>
#include <vector>

#include "tests/projections/rules/memory_log.h"

namespace stafett::bti::test {

struct ScenarioFailure {
  std::string expect;  // "rejected", "stateOn/3"
  std::string want, got;
};
struct ScenarioResult {
  std::size_t checks = 0;
  std::vector<ScenarioFailure> failures;
};

boost::json::object read_scenario(const std::string& path);

class ScenarioPlay final {
 public:
  explicit ScenarioPlay(const boost::json::object& scenario);

  // Every event and read of the file, in the order of recording.
  void play();
  ScenarioResult check() const;

  const MemoryLog& log() const { return *log_; }
  MemoryLog& log() { return *log_; }
  // label -> code of those refused.
  const std::map<std::string, Refusal>& rejected() const { return rejected_; }
  // A string "D<n>" or "D<n>T<HH:MM>" anywhere within becomes the date or instant it stands for.
  boost::json::value with_days(const boost::json::value& value) const;
  TimeUs at(std::int64_t day, std::string_view time) const;
  TimeUs end_of(std::int64_t day) const;
  // One element of `events`.
  Command command_of(const boost::json::object& event, std::size_t index) const;

 private:
  Command command_of_read(const boost::json::object& read, std::size_t index) const;
  void check_rejected(ScenarioResult& result) const;
  void check_states(ScenarioResult& result) const;
  void check_visible(ScenarioResult& result, const char* key) const;

  boost::json::object scenario_;
  Date day0_;
  std::unique_ptr<MemoryLog> log_;
  std::map<std::string, Refusal> rejected_;
};

}  // namespace stafett::bti::test
