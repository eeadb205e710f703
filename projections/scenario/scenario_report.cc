#include "projections/scenario/scenario_report.h"

#include <algorithm>
#include <boost/json.hpp>

namespace stafett::bti {
namespace {

using boost::json::value;

class Judge final {
 public:
  explicit Judge(const ScenarioPlay& play) : play_(play) {}

  void check(const std::string& expect, const value& want, const value& got) {
    ++checks_;
    if (want != got) failures_.push_back({{"expect", expect}, {"want", want}, {"got", got}});
  }
  Result<void> check_state(const StateExpectation& state, std::size_t index);
  Result<void> check_sight(const SightExpectation& sight);
  Result<void> check_findings(const Evaluation& evaluation,
                              std::span<const FindingExpectation> expected, std::size_t index);
  Result<void> check_statistics(const StatisticsExpectation& expected, std::size_t index);
  boost::json::object report(const Scenario& scenario);

 private:
  const ScenarioPlay& play_;
  std::size_t checks_ = 0;
  boost::json::array failures_;
};

boost::json::array rejections(const std::map<std::string, std::string>& rejected) {
  boost::json::array list;
  for (const auto& [label, code] : rejected) list.push_back({{"id", label}, {"code", code}});
  return list;
}

Result<void> Judge::check_state(const StateExpectation& expected, std::size_t index) {
  Knowledge known;
  known.recorded_at = expected.known_at;
  ENGINE_TRY(state, play_.state(expected.case_label, known, expected.as_of));
  boost::system::error_code missing;
  const value whole = std::move(state);
  const value* found = whole.find_pointer(expected.path, missing);
  check("stateOn/" + std::to_string(index), expected.equals, found ? *found : value(nullptr));
  return {};
}

// All its events count as one expectation; what differs is named by event.
Result<void> Judge::check_sight(const SightExpectation& sight) {
  boost::json::object want, got;
  for (const std::string& event : sight.events) {
    const Result<std::vector<std::string>> seen = play_.classes_seen(sight.viewer, event, sight.at);
    if (!seen && seen.error().code() != Errc::not_found) return seen.error();
    const value classes = seen ? boost::json::value_from(*seen) : value("no such event");
    const value expected = boost::json::value_from(sight.classes);
    if (classes == expected) continue;
    want[event] = expected;
    got[event] = classes;
  }
  check(sight.name, want, got);
  return {};
}

// A finding as it is compared; the profile's version only where it is expected.
boost::json::object compared(const boost::json::object& finding) {
  return {{"case", finding.at("case")},
          {"rule", finding.at("rule")},
          {"ref", finding.at("ref")},
          {"first", finding.at("first")},
          {"cleared", finding.at("cleared")}};
}

boost::json::object as_expected(const FindingExpectation& expected) {
  return {{"case", expected.case_label},
          {"rule", expected.rule},
          {"ref", expected.ref},
          {"first", expected.first},
          {"cleared", expected.cleared ? value(*expected.cleared) : value(nullptr)}};
}

// Lists without order: each row once on either side.
void take_common(boost::json::array& want, boost::json::array& got) {
  for (auto one = want.begin(); one != want.end();) {
    const auto same = std::ranges::find(got, *one);
    if (same == got.end()) {
      ++one;
      continue;
    }
    got.erase(same);
    one = want.erase(one);
  }
}

// What is missing and what is too much.
Result<void> Judge::check_findings(const Evaluation& evaluation,
                                   std::span<const FindingExpectation> expected,
                                   std::size_t index) {
  Knowledge known;
  known.recorded_at = evaluation.known_at;
  std::vector<std::string> cases;
  if (evaluation.case_label)
    cases.push_back(*evaluation.case_label);
  else {
    ENGINE_TRY(all, play_.cases());
    cases = std::move(all);
  }
  boost::json::array want, got;
  for (const std::string& label : cases) {
    ENGINE_TRY(findings, play_.findings(label, known, evaluation.as_of));
    for (const boost::json::object& finding : findings) {
      boost::json::object row = compared(finding);
      for (const FindingExpectation& one : expected)
        if (one.profile_version && as_expected(one) == row)
          row["profileVersion"] = finding.at("profileVersion").to_number<std::int64_t>();
      got.push_back(std::move(row));
    }
  }
  for (const FindingExpectation& one : expected) {
    boost::json::object row = as_expected(one);
    if (one.profile_version) row["profileVersion"] = *one.profile_version;
    want.push_back(std::move(row));
  }
  take_common(want, got);
  check("findings/" + std::to_string(index), want, got);
  return {};
}

// The figures named.
Result<void> Judge::check_statistics(const StatisticsExpectation& expected, std::size_t index) {
  Knowledge known;
  known.recorded_at = expected.known_at;
  ENGINE_TRY(figures, play_.figures(expected.from, expected.to, known));
  boost::json::object got;
  for (const auto& [name, value] : expected.figures)
    if (const boost::json::value* found = figures.if_contains(name)) got[name] = *found;
  check("statistics/" + std::to_string(index), expected.figures, got);
  return {};
}

boost::json::object Judge::report(const Scenario& scenario) {
  return {{"scenario", scenario.name},
          {"ok", failures_.empty()},
          {"checks", checks_},
          {"skipped", 0},
          {"failures", std::move(failures_)}};
}

}  // namespace

Result<boost::json::object> judge_scenario(const Scenario& scenario, const ScenarioPlay& play) {
  Judge judge{play};
  judge.check("rejected", rejections(scenario.rejected), rejections(play.rejected()));
  for (std::size_t i = 0; i < scenario.states.size(); ++i)
    ENGINE_TRY_VOID(judge.check_state(scenario.states[i], i));
  for (const SightExpectation& sight : scenario.sights) ENGINE_TRY_VOID(judge.check_sight(sight));
  for (std::size_t i = 0; i < scenario.findings.size(); ++i)
    ENGINE_TRY_VOID(judge.check_findings(scenario.evaluations[i], scenario.findings[i], i));
  for (std::size_t i = 0; i < scenario.statistics.size(); ++i)
    ENGINE_TRY_VOID(judge.check_statistics(scenario.statistics[i], i));
  return judge.report(scenario);
}

Result<boost::json::object> print_scenario(const Scenario& scenario, const ScenarioPlay& play) {
  ENGINE_TRY(labels, play.cases());
  boost::json::object cases;
  for (const std::string& label : labels) {
    ENGINE_TRY(state, play.state(label, {}, scenario.days.end(scenario.last_day)));
    ENGINE_TRY(findings, play.findings(label, {}, scenario.days.end(scenario.last_day)));
    cases[label] =
        boost::json::object{{"state", std::move(state)},
                            {"findings", boost::json::array(findings.begin(), findings.end())}};
  }
  return boost::json::object{{"cases", std::move(cases)},
                             {"rejected", rejections(play.rejected())}};
}

}  // namespace stafett::bti
