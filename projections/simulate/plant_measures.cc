// F27-F30, F51: measures: whose they are, and when they are evaluated.

#include "projections/simulate/planters.h"

namespace stafett::bti {

namespace {

constexpr std::int32_t kVacancyDays = 7;  // responsibleVacancyDays
constexpr std::int32_t kGraceDays = 7;    // evaluateGraceDays
constexpr int kReschedules = 3;           // rescheduleLimit

// A step that says when the measure is to be evaluated, and what comes next in the measure.
struct Term {
  std::string measure;
  Step* set;
  const Step* next;  // evaluated, moved or ended; null: nothing yet
};

std::vector<Term> terms(Planting& p) {
  std::vector<Term> out;
  for (const MeasureLife& life : p.measures()) {
    Step* set = nullptr;
    for (Step* step : life.steps) {
      if (step->type == "MeasureStarted" || step->type == "MeasureChanged") continue;
      if (set) out.push_back({life.id, set, step});
      set = has_field(*step, "evaluateBy") ? step : nullptr;
    }
    if (set) out.push_back({life.id, set, nullptr});
  }
  return out;
}

// The baton went on, the measures did not.
bool leave_behind(Planting& p) {
  for (const Step* left : p.all("HolderLeft")) {
    const Date deadline = day_of(*left) + kVacancyDays;
    if (!p.passes(deadline, DeadlineRuns::open_log)) continue;
    bool found = false;
    for (const MeasureLife& life : p.measures()) {
      Step* handed_on = nullptr;
      bool settled = life.ended && day_of(*life.ended) <= deadline;
      for (Step* step : life.steps) {
        if (step->type != "MeasureChanged") continue;
        const bool before = step->occurred_at.value() < left->occurred_at.value();
        if (before && day_of(*step) == day_of(*left)) handed_on = step;
        if (!before && day_of(*step) <= deadline) settled = true;
      }
      if (!handed_on || settled) continue;
      p.drop(*handed_on);
      p.truth(27, life.id);
      found = true;
    }
    if (found) return true;
  }
  return false;
}

}  // namespace

bool plant_f27(Planting& p) {
  if (p.draws.happens(5000) && leave_behind(p)) return true;
  const std::vector<Step*> planned = p.all("MeasurePlanned");
  if (planned.empty()) return false;
  Step& step = *p.draws.pick(planned);
  step.data.erase("responsible");
  step.mode = kPaper;
  p.truth(27, std::string(text_of(step, "measure")));
  return true;
}

bool plant_f28(Planting& p) {
  std::vector<Step*> dated;
  for (const Term& term : terms(p))
    if (term.set->type != "EvaluationRescheduled") dated.push_back(term.set);
  if (dated.empty()) return false;
  Step& step = *p.draws.pick(dated);
  step.data.erase("evaluateBy");
  step.mode = kPaper;
  p.truth(28, std::string(text_of(step, "measure")));
  return true;
}

// To be evaluated earlier than it is.
bool plant_f29(Planting& p) {
  std::vector<std::pair<Term, Date>> open;  // and the last day it may be put to
  for (const Term& term : terms(p)) {
    Date by = p.open_until() - kGraceDays - 1;
    if (term.next) by = std::min(by, day_of(*term.next) - kGraceDays - 1);
    if (by > day_of(*term.set)) open.emplace_back(term, by);
  }
  if (open.empty()) return false;
  const auto& [term, by] = p.draws.pick(open);
  const Date day = day_of(*term.set) + p.draws.between(1, by - day_of(*term.set));
  term.set->data["evaluateBy"] = day.to_text();
  p.truth(29, term.measure);
  return true;
}

// Moved again and again, to the same day.
bool plant_f30(Planting& p) {
  for (const Term& term : terms(p)) {
    const Date from = day_of(*term.set) + 1;
    const Date to = std::min(p.open_until(), term.next ? day_of(*term.next) - 1 : p.last);
    std::vector<TimeUs> days;
    for (Date after = from; days.size() < kReschedules;) {
      const auto at = p.quiet(after, std::min(after + 6, to));
      if (!at) break;
      days.push_back(*at);
      after = local_date(*at) + 1;
    }
    if (days.size() < kReschedules) continue;
    for (const TimeUs at : days)
      p.add(at, "EvaluationRescheduled", p.leader(),
            {{"measure", term.measure},
             {"evaluateBy", term.set->data.at("evaluateBy")},
             {"reason", p.text(Topic::evaluation)}});
    p.truth(30, term.measure);
    return true;
  }
  return false;
}

// A measure that is the school's duty, of a service that is no school.
bool plant_f51(Planting& p) {
  std::vector<MeasureLife> others;
  for (MeasureLife& life : p.measures())
    if (p.town.named(text_of(*life.steps.front(), "service")).kind != "school")
      others.push_back(std::move(life));
  if (others.empty()) return false;
  const MeasureLife& life = p.draws.pick(others);
  life.steps.front()->data["schoolDuty"] = true;
  for (Step* step : life.steps)
    if (step->type == "MeasurePlanned" || step->type == "MeasureChanged") step->mode = kPaper;
  p.truth(51, life.id);
  return true;
}

}  // namespace stafett::bti
