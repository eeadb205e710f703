// F50, F55-F57, F59, F62: what comes up in an open log, and how it is recorded.

#include <algorithm>

#include "projections/simulate/planters.h"

namespace stafett::bti {

namespace json = boost::json;

namespace {

constexpr std::int32_t kPlanDays = 7;         // schoolPlanDays
constexpr std::int32_t kStalledDays = 14;     // stalledDays
constexpr std::int32_t kBackdateDays = 7;     // backdateDays
constexpr std::int32_t kRightsDays = 30;      // rightsDays
constexpr std::int32_t kTransitionDays = 60;  // transitionPlanDays
constexpr int kAgeAdult = 18;
constexpr std::int32_t kAnswerLateDaysMax = 25;

}  // namespace

// A school-environment case without a plan, or with one that lacks something.
bool plant_f50(Planting& p) {
  const auto at = p.quiet_with(kPlanDays);
  if (!at || p.family.home->kind != "school") return false;
  const Date day = local_date(*at);
  if (p.any_between("SchoolEnvironmentPlanMade", day, day + kPlanDays)) return false;
  p.truth(50, p.add(*at, "SchoolEnvironmentFlagged", p.leader(),
                    {{"service", p.family.home->id}, {"note", p.text(Topic::observation)}}));
  if (p.draws.happens(5000))
    p.add(later(*at, 60), "SchoolEnvironmentPlanMade", p.leader(),
          {{"problem", p.text(Topic::observation)},
           {"measures", p.text(Topic::measure)},
           {"responsible", p.leader()}});
  return true;
}

bool plant_f55(Planting& p) {
  const auto at = p.quiet_with(kStalledDays);
  if (!at) return false;
  const Date day = local_date(*at);
  if (p.any_between("EscalatedToKe", day, day + kStalledDays)) return false;
  p.truth(55, p.add(*at, "ProgressStalled", p.leader(), {{"reason", p.text(Topic::reason)}}));
  const Date late = day + kStalledDays + 1;
  const auto told = p.quiet(late, std::min(late + kAnswerLateDaysMax, p.open_until()));
  if (told && p.draws.happens(5000))
    p.add(*told, "EscalatedToKe", p.leader(),
          {{"service", "coordinating-unit"}, {"request", p.text(Topic::reason)}});
  return true;
}

// A note of what happened more than a week ago.
bool plant_f56(Planting& p) {
  const auto at = p.quiet_with(kBackdateDays);
  if (!at) return false;
  const Date day = local_date(*at);
  const auto recorded = p.quiet(day + kBackdateDays + 1,
                                std::min(day + kBackdateDays + kAnswerLateDaysMax, p.open_until()));
  if (!recorded) return false;
  p.truth(
      56,
      p.add_late(*at, *recorded, "NoteAdded", p.leader(),
                 {{"note", p.fresh("n")}, {"kind", "observation"}, {"text", p.text(Topic::note)}}));
  return true;
}

// On paper, without saying why.
bool plant_f57(Planting& p) {
  const auto at = p.quiet_with(0);
  const Step* seen = p.first("ConcernConcretised");
  if (!at || !seen) return false;
  std::string target = id_of(*seen);
  const char* field = "observations";
  for (const Step* note : p.all("NoteAdded")) {
    if (note->occurred_at.value() > at->value()) continue;
    target = id_of(*note);
    field = "text";
  }
  json::object data{{"target", target}, {"changes", {{field, p.text(Topic::note)}}}};
  if (p.draws.happens(3000)) data["reason"] = " ";
  p.truth(57, p.add(*at, "EntryCorrected", p.leader(), std::move(data), kPaper));
  return true;
}

namespace {

// The move was planned, but not this long before.
bool plan_move_late(Planting& p) {
  Step* planned = p.first("TransitionPlanned");
  const Step* moved = p.first("TransitionOccurred");
  if (!planned || !moved) return false;
  const Date day = day_of(*moved);
  const auto late = p.quiet(day - kTransitionDays + 1, std::min(day - 1, p.open_until()));
  if (late)
    p.move(*planned, *late, p.leader());
  else
    p.drop(*planned);
  p.truth(59, id_of(*moved));
  return true;
}

bool speaks_for_guardian(const Planting& p, const Step& step) {
  return std::any_of(p.family.guardians.begin(), p.family.guardians.end(),
                     [&](const FamilyMember& guardian) { return guardian.label == step.actor; });
}

// The child comes of age in the open log, and nothing is planned. Only of one who has decided on
// everything herself: from then on nobody else decides.
bool come_of_age(Planting& p) {
  const Step* opened = p.opened();
  if (!opened || p.family.pregnant || p.family.age(day_of(*opened)) < kAgeOwnConsent) return false;
  Date from = day_of(*opened) + 1;
  for (const Step* step : p.all_steps())
    if (step->type.starts_with("Consent")) from = std::max(from, day_of(*step) + 1);
  if (from > p.open_until()) return false;
  const Date day = from + p.draws.between(0, p.open_until() - from);
  const Date birth = birthday(day, -kAgeAdult);
  if (birthday(birth, kAgeAdult) != day) return false;  // 29 February
  for (Step* step : p.all_steps())
    if (day_of(*step) >= day && speaks_for_guardian(p, *step) && step->type != "EntryRead" &&
        step->type != "NoteAdded")
      return false;
  for (Step* step : p.all_steps())
    if (day_of(*step) >= day && speaks_for_guardian(p, *step)) p.drop(*step);
  p.first("ConcernRaised")->data["birthDate"] = birth.to_text();
  p.truth(59, "age18");
  return true;
}

}  // namespace

bool plant_f59(Planting& p) {
  if (plan_move_late(p) || (p.draws.happens(8000) && come_of_age(p))) return true;
  const auto at = p.quiet_with(0);
  if (!at) return false;
  const bool small = p.family.home->kind == "kindergarten";
  p.truth(59, p.add(*at, "TransitionOccurred", p.leader(),
                    {{"kind", small ? "kindergartenToSchool" : "schoolChange"},
                     {"note", p.text(Topic::note)}}));
  return true;
}

// Answered late, or never.
bool plant_f62(Planting& p) {
  const auto at = p.quiet_with(kRightsDays);
  if (!at) return false;
  const std::string request = p.fresh("rq");
  p.add(*at, "RightsRequested", p.leader(),
        {{"request", request},
         {"by", p.consenters_on(local_date(*at)).front()},
         {"kind", "access"},
         {"text", p.text(Topic::family_view)}});
  p.truth(62, request);
  const Date late = local_date(*at) + kRightsDays + 1;
  const auto answered = p.quiet(late, late + kAnswerLateDaysMax);
  if (answered && p.draws.happens(6000))
    p.add(*answered, "RightsAnswered", std::string(p.town.dpo()),
          {{"request", request}, {"outcome", "granted"}});
  return true;
}

}  // namespace stafett::bti
