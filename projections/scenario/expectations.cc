#include "projections/scenario/expectations.h"

#include <algorithm>
#include <boost/json.hpp>

namespace stafett::bti {
namespace {

using boost::json::value;

std::string place(std::string_view list, std::size_t index) {
  return "/expect/" + std::string{list} + "/" + std::to_string(index);
}

class ExpectationReader final {
 public:
  ExpectationReader(Scenario& to, FileFault& fault) : to_(to), fault_(fault) {}

  void read_evaluate(const boost::json::array& list);
  void read_rejected(const boost::json::array& list);
  void read_findings(const boost::json::array& lists);
  FindingExpectation finding(const value& json, const std::string& pointer);
  void read_state(const value& json, std::size_t index);
  void read_sight(std::string_view kind, const value& json, std::size_t index);
  void read_statistics(const value& json, std::size_t index);

 private:
  // The end of a day, which counts among the days that the file names.
  TimeUs end_of(StrictObject& from, std::string_view key, std::int64_t day) {
    if (!to_.days.holds(day)) {
      from.fail(key, "too far from day 0, or before 1970");
      return {};
    }
    to_.last_day = std::max(to_.last_day, day);
    return to_.days.end(day);
  }
  std::string date(StrictObject& from, std::string_view key, std::int64_t day) {
    if (to_.days.holds(day)) return to_.days.date(day).to_text();
    from.fail(key, "too far from day 0, or before 1970");
    return {};
  }
  TimeUs required_end(StrictObject& from, std::string_view key) {
    return end_of(from, key, from.number(key));
  }
  TimeUs known_at(StrictObject& from) {
    const std::optional<std::int64_t> day = from.number_if("knownAtDay");
    return day ? end_of(from, "knownAtDay", *day) : TimeUs{INT64_MAX};
  }
  std::vector<std::string> classes(StrictObject& from);

  Scenario& to_;
  FileFault& fault_;
};

void ExpectationReader::read_evaluate(const boost::json::array& list) {
  for (std::size_t i = 0; i < list.size(); ++i) {
    StrictObject from{list[i], "/evaluate/" + std::to_string(i), fault_};
    Evaluation evaluation;
    evaluation.as_of = required_end(from, "asOfDay");
    evaluation.known_at = known_at(from);
    if (from.has("case")) evaluation.case_label = from.text("case");
    from.done();
    to_.evaluations.push_back(std::move(evaluation));
  }
}

void ExpectationReader::read_rejected(const boost::json::array& list) {
  for (std::size_t i = 0; i < list.size(); ++i) {
    StrictObject from{list[i], place("rejected", i), fault_};
    if (!to_.rejected.emplace(from.text("id"), from.text("code")).second)
      from.fail("id", "named twice");
    from.done();
  }
}

void ExpectationReader::read_findings(const boost::json::array& lists) {
  for (std::size_t i = 0; i < lists.size(); ++i) {
    const boost::json::array* list = lists[i].if_array();
    if (!list) return fault_.set(place("findings", i), "not a list");
    std::vector<FindingExpectation>& expected = to_.findings.emplace_back();
    for (std::size_t k = 0; k < list->size(); ++k)
      expected.push_back(finding((*list)[k], place("findings", i) + "/" + std::to_string(k)));
  }
}

FindingExpectation ExpectationReader::finding(const value& json, const std::string& pointer) {
  StrictObject from{json, pointer, fault_};
  FindingExpectation finding;
  finding.rule = from.text("rule");
  finding.ref = from.text("ref");
  finding.case_label = from.text_or("case", "case");
  finding.first = date(from, "firstDay", from.number("firstDay"));
  if (const auto cleared = from.number_if("clearedDay"))
    finding.cleared = date(from, "clearedDay", *cleared);
  finding.profile_version = from.number_if("profileVersion");
  from.done();
  return finding;
}

void ExpectationReader::read_state(const value& json, std::size_t index) {
  StrictObject from{json, place("stateOn", index), fault_};
  StateExpectation state;
  state.case_label = from.text_or("case", "case");
  state.as_of = required_end(from, "day");
  state.known_at = known_at(from);
  state.path = from.text("path");
  if (!state.path.empty() && state.path.front() != '/') from.fail("path", "not a JSON pointer");
  if (const value* equals = from.require("equals"))
    state.equals = to_.days.in_state(*equals, state.path);
  from.done();
  to_.states.push_back(std::move(state));
}

std::vector<std::string> ExpectationReader::classes(StrictObject& from) {
  from.require("classes");
  const boost::json::array& given = from.list("classes");
  std::vector<std::string> classes;
  for (const std::string_view name : kClassNames)
    if (std::ranges::find(given, value(name)) != given.end()) classes.emplace_back(name);
  if (classes.size() != given.size()) from.fail("classes", "of fact, narrative, identity");
  return classes;
}

void ExpectationReader::read_sight(std::string_view kind, const value& json, std::size_t index) {
  StrictObject from{json, place(kind, index), fault_};
  SightExpectation sight;
  sight.name = std::string{kind} + "/" + std::to_string(index);
  sight.viewer = from.text("viewer");
  sight.at = required_end(from, "day");
  if (from.has("time") && to_.days.holds(from.number("day"))) {
    const std::optional<TimeUs> at = to_.days.at(from.number("day"), from.text("time"));
    if (!at) from.fail("time", "not HH:MM");
    sight.at = at.value_or(TimeUs{});
  }
  from.require("events");
  for (const value& label : from.list("events"))
    if (label.is_string())
      sight.events.emplace_back(label.get_string());
    else
      from.fail("events", "not a list of labels");
  if (kind == "visible") sight.classes.assign(kClassNames.begin(), kClassNames.end());
  if (kind == "partial") sight.classes = classes(from);
  from.done();
  to_.sights.push_back(std::move(sight));
}

void ExpectationReader::read_statistics(const value& json, std::size_t index) {
  StrictObject from{json, place("statistics", index), fault_};
  StatisticsExpectation statistics;
  const std::int64_t first = from.number("fromDay"), last = from.number("toDay");
  end_of(from, "fromDay", first);
  end_of(from, "toDay", last);
  if (first > last) from.fail("toDay", "before fromDay");
  statistics.known_at = known_at(from);
  from.require("figures");
  statistics.figures = from.object("figures");
  from.done();
  if (fault_.error()) return;
  statistics.from = to_.days.date(first);
  statistics.to = to_.days.date(last);
  to_.statistics.push_back(std::move(statistics));
}

}  // namespace

void read_expectations(const boost::json::array& evaluate, const boost::json::object& expect,
                       Scenario& to, FileFault& fault) {
  ExpectationReader reader{to, fault};
  reader.read_evaluate(evaluate);
  const value all = expect;
  StrictObject from{all, "/expect", fault};
  reader.read_rejected(from.list("rejected"));
  reader.read_findings(from.list("findings"));
  if (!to.findings.empty() && to.findings.size() != evaluate.size())
    from.fail("findings", "one list per entry of evaluate");
  const boost::json::array& states = from.list("stateOn");
  for (std::size_t i = 0; i < states.size(); ++i) reader.read_state(states[i], i);
  for (const char* kind : {"visible", "hidden", "partial"}) {
    const boost::json::array& sights = from.list(kind);
    for (std::size_t i = 0; i < sights.size(); ++i) reader.read_sight(kind, sights[i], i);
  }
  const boost::json::array& statistics = from.list("statistics");
  for (std::size_t i = 0; i < statistics.size(); ++i) reader.read_statistics(statistics[i], i);
  from.done();
}

}  // namespace stafett::bti
