#pragma once
// Planting: the whole script of one case, to be altered so that findings follow, and the truth
// about them.
//
// A planter (planters.h) asks where things are, then drops, moves, changes and adds steps, and
// states the findings. It states what it knows from the story; nobody evaluates anything. The
// script ends with the simulation: what would be recorded later is not there, so a deadline that
// has not passed by then is no finding.
//
// Source:   docs/reference/findings.md; default profile
// Threads:  one.
// Lifetime: the town outlives it. Pointers to steps hold until finish().

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "projections/simulate/case_model.h"
#include "projections/simulate/case_script.h"

namespace stafett::bti {

// `ref` as the findings print it.
struct PlantedFinding {
  std::string case_label;
  std::string rule;  // "F01"
  std::string ref;
  friend auto operator<=>(const PlantedFinding&, const PlantedFinding&) = default;
};

// Whether closing the log ends what a deadline waits for.
enum class DeadlineRuns : std::uint8_t { open_log, always };

constexpr std::string_view kPaper = "paperBackfill", kImported = "imported";

struct Holding {
  std::string person;  // empty: nobody
  std::string service;
};

// The steps of one measure, in order.
struct MeasureLife {
  std::string id;
  std::vector<Step*> steps;  // begins with MeasurePlanned
  Step* ended = nullptr;     // MeasureEnded, or the evaluation that ends it
};

class Planting final {
 public:
  // `script`: of one case, in order of recording, without attempts. `told`: the case.
  Planting(Script script, const CaseModel& told, const Town& town, std::uint64_t seed, Date last);

  // ---- Looking. Dropped steps are not found; added ones only after finish().
  Step* first(std::string_view type);
  std::vector<Step*> all(std::string_view type);
  std::vector<Step*> all_steps();
  Step* opened() { return first("LogOpened"); }
  Step* closed() { return first("LogClosed"); }
  bool has(std::string_view type) { return first(type) != nullptr; }
  // The last day on which the log is open and nobody has asked to close it.
  Date open_until();
  // The day after the deadline has come, with the log still open on the deadline if that matters.
  bool passes(Date deadline, DeadlineRuns runs);
  // A type of which a step lies on a day from `from` to `to`.
  bool any_between(std::string_view type, Date from, Date to);

  // The case would be silent for too long if the step were not there.
  bool is_silent_without(const Step& step);

  Holding holder_at(TimeUs at);
  int level_at(TimeUs at);
  bool offer_pending_at(TimeUs at);
  std::vector<MeasureLife> measures();
  std::string responsible_at(const MeasureLife& measure, TimeUs at);
  // Whose consent is required on the day, and one of them whose word counts most.
  std::vector<std::string> consenters_on(Date day) const;
  std::string speaker_on(Date day) const;
  // A service of which the case knows nothing. Null: none.
  const Service* unknown_service();

  // Some morning of a working day on which nothing happens in the case. Empty: none.
  std::optional<TimeUs> quiet(Date from, Date to);
  // The same in the open log, so that `days` more than the deadline's days follow in it.
  std::optional<TimeUs> quiet_with(std::int32_t deadline_days);
  // Nothing happens from one to the other day, both in the open log; `second` comes `days_first`
  // to `days_last` days later.
  struct Gap {
    TimeUs first, second;
  };
  std::optional<Gap> gap(std::int32_t days_first, std::int32_t days_last);

  // ---- Altering.
  // Returns the event's id.
  std::string add(TimeUs at, std::string_view type, std::string_view actor,
                  boost::json::object data, std::string_view mode = {});
  std::string add_late(TimeUs at, TimeUs recorded, std::string_view type, std::string_view actor,
                       boost::json::object data);
  // A consent in writing, with the paper, of one person to one service. Returns its local id.
  std::string consent_to(TimeUs at, std::string_view consenter, const Service& service, Date to);
  // All who must consent to the service for so many days, and are asked at once to renew it.
  void lend(TimeUs at, const Service& service, std::int32_t days);
  void drop(Step& step);
  // To another time, recorded by somebody who may at any time. After the last day: dropped.
  void move(Step& step, TimeUs at, std::string_view actor);
  void shift(Step& step, std::int32_t days);
  void truth(int rule, std::string ref);
  // Puts the script in order; what named a step that is not there any more, or not yet, no longer
  // does.
  void finish();

  std::string fresh(std::string_view what);  // a local id
  std::string text(Topic topic) { return sentence(topic, family.form, draws); }
  std::string digest();
  const std::string& leader() const { return family.home->leader; }

  const CaseModel family;  // who they are; of the log only what never changes
  const Town& town;
  const Date last;  // of the simulation
  Draws draws;
  Script steps;
  std::vector<PlantedFinding> findings;

 private:
  bool is_dropped(const Step& step) const { return step.type.empty(); }
  bool is_busy(Date day);

  TimeUs end_;
  Script added_;
  std::vector<std::int32_t> busy_;  // days; sorted
  std::uint32_t ids_ = 0;
};

// Local day on which it happened.
inline Date day_of(const Step& step) {
  return local_date(step.occurred_at);
}
std::string id_of(const Step& step);
// A field of `data`; empty when it is not there.
std::string_view text_of(const Step& step, std::string_view key);
bool has_field(const Step& step, std::string_view key);
Date date_of(const Step& step, std::string_view key);  // REQUIRES: the field, a date
bool names(const Step& step, std::string_view key, std::string_view item);  // in a list
TimeUs later(TimeUs at, std::int32_t minutes);
// Of the kind that shows that a case is not silent.
bool is_substantive(const Step& step);
constexpr std::int32_t kSilentDays = 60;  // silentCaseDays

}  // namespace stafett::bti
