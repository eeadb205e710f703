#pragma once
// ScenarioPlay: a scenario recorded in a log of its own, through the same door as every event, and
// what can be asked of that log afterwards.
//
// Threads:  one.
// Lifetime: `files` and `random` outlive it. The log's directory stays; its owner removes it.

#include <map>
#include <memory>
#include <set>
#include <string>

#include "projections/recorder/bti_log.h"
#include "projections/scenario/scenario.h"

namespace stafett::bti {

class ScenarioPlay final {
 public:
  // Makes the log and records everything. REQUIRES: the scenario outlives the play.
  // Errors: conflict (there is a log), refused (a person or service of the file is not of the
  // schema), and those of recording.
  static Result<std::unique_ptr<ScenarioPlay>> play(const Scenario& scenario,
                                                    const log::LogPaths& paths,
                                                    storage::Files& files, Random& random);

  // Label -> code of the events that were refused.
  const std::map<std::string, std::string>& rejected() const { return rejected_; }
  // Labels of the file's cases that have events.
  Result<std::vector<std::string>> cases() const;
  // Section 5's form, with events by their labels. Of a case without events: nothing known.
  Result<boost::json::object> state(const std::string& case_label, const Knowledge& known,
                                    TimeUs as_of) const;
  // Section 7's form, sorted by (rule, ref), with people, cases and events by their labels.
  Result<std::vector<boost::json::object>> findings(const std::string& case_label,
                                                    const Knowledge& known, TimeUs as_of) const;
  // The figures of section 10, suppressed as for a reporter.
  Result<boost::json::object> figures(Date from, Date to, const Knowledge& known) const;
  // Names of the classes that the viewer is given of an event. Errors: not_found (no such event).
  Result<std::vector<std::string>> classes_seen(const std::string& viewer, const std::string& event,
                                                TimeUs at) const;

 private:
  ScenarioPlay(const Scenario& scenario) : scenario_(scenario) {}
  Result<void> open(const log::LogPaths& paths, storage::Files& files, Random& random);
  Result<void> register_all();
  Result<void> register_one(const char* type, boost::json::object data);
  Result<void> record_all();
  Result<SubjectId> case_id(const std::string& label) const;  // zero: never named in the log
  Result<std::vector<EventPtr>> events_of(const SubjectId& case_id) const;

  const Scenario& scenario_;
  std::string founder_;  // registers the file's people and services
  ManualClock clock_;
  BtiLog log_;
  std::map<std::string, std::string> rejected_;
  std::map<EventId, std::string> labels_;
};

}  // namespace stafett::bti
