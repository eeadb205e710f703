// F39-F48: closing the log, and the archive.

#include <algorithm>

#include "projections/simulate/planters.h"

namespace stafett::bti {

namespace json = boost::json;

namespace {

constexpr std::int32_t kHeardBeforeDays = 30;   // childHeardBeforeCloseDays
constexpr std::int32_t kPlanClosesDays = 30;    // ipCloseDays
constexpr std::int32_t kDemandDays = 7;         // closureDemandDays
constexpr std::int32_t kArchiveDays = 30;       // archiveDays
constexpr std::int32_t kReceiptDays = 3;        // archiveReceiptDays
constexpr std::int32_t kGraceDays = 7;          // evaluateGraceDays
constexpr std::int32_t kSoonDays = 30;          // consentSoonDays
constexpr std::int32_t kClosedLateDays = 14;    // whole weeks
constexpr std::int32_t kArchivedLateDays = 35;  // whole weeks
constexpr std::int32_t kNotedLateDaysMax = 60;

bool is_closed_in_agreement(const Step& closed) {
  return text_of(closed, "reason") == "goal" || text_of(closed, "reason") == "noConcern";
}

bool is_of_archive(const Step& step) {
  return step.type.starts_with("Archive") ||
         (step.type == "EntryRead" && text_of(step, "capacity") == "archivist");
}

// What asks for the closing of a log that is closed soon afterwards. Null: nothing.
Step* asking(Planting& p) {
  Step* out = p.first("ClosureDemanded");
  for (Step* step : p.all("ConsentWithdrawn"))
    if (!has_field(*step, "services")) out = step;
  return out;
}

// Whether the log can be closed on the day without more becoming late: evaluations and renewals.
bool may_stay_open_to(Planting& p, Date day) {
  day = std::min(day, p.last);
  for (const MeasureLife& life : p.measures()) {
    const Step* set = nullptr;
    for (const Step* step : life.steps)
      if (has_field(*step, "evaluateBy")) set = step;
    const bool settled = life.ended && life.ended->type == "MeasureEvaluated";
    if (set && !settled && date_of(*set, "evaluateBy") + kGraceDays < day) return false;
  }
  const Date soon = day + kSoonDays + 1;
  return std::all_of(p.steps.begin(), p.steps.end(), [&](const Step& step) {
    if (step.type != "ConsentGranted") return true;
    const Date from = date_of(step, "from");
    return (has_field(step, "to") ? date_of(step, "to") : add_months(from, 12)) > soon;
  });
}

}  // namespace

// A plan is granted, and the log goes on.
bool plant_f39(Planting& p) {
  const auto at = p.quiet_with(kPlanClosesDays);
  if (!at || p.has("IpGranted")) return false;
  p.truth(39, p.add(*at, "IpGranted", p.town.coordinator(),
                    {{"wanted", true}, {"wantsCoordinator", false}}));
  return true;
}

// Closed for the plan; the coordinator is named afterwards, or never.
bool plant_f40(Planting& p) {
  const Step* closed = p.closed();
  Step* named = p.first("CoordinatorNamed");
  if (!closed || !named || text_of(*closed, "reason") != "ip") return false;
  const auto late = p.quiet(day_of(*closed) + 1, day_of(*closed) + kNotedLateDaysMax);
  if (late && p.draws.happens(5000))
    p.move(*named, *late, named->actor);
  else
    p.drop(*named);
  p.truth(40, id_of(*closed));
  return true;
}

bool plant_f41(Planting& p) {
  Step* closed = p.closed();
  if (!closed || !is_closed_in_agreement(*closed) || p.family.pregnant ||
      p.family.age(day_of(*closed)) < kHeardFromAge)
    return false;
  const Date from = day_of(*closed) - kHeardBeforeDays;
  std::vector<Step*> heard;
  for (const char* type : {"ChildHeard", "ChildHearingExempted"})
    for (Step* step : p.all(type))
      if (day_of(*step) >= from) heard.push_back(step);
  // Only the one for the closing: what a meeting needs is left alone.
  if (heard.size() != 1 || p.any_between("MeetingHeld", from, p.last) ||
      p.is_silent_without(*heard.front()))
    return false;
  closed->data.erase("hearings");
  p.drop(*heard.front());
  p.truth(41, id_of(*closed));
  return true;
}

bool plant_f42(Planting& p) {
  const Step* closed = p.closed();
  if (!closed || !is_closed_in_agreement(*closed)) return false;
  for (Step* agreed : p.all("AgreementRecorded"))
    if (text_of(*agreed, "about") == "closing") p.drop(*agreed);
  p.truth(42, id_of(*closed));
  return true;
}

bool plant_f43(Planting& p) {
  Step* closed = p.closed();
  if (!closed) return false;
  if (p.draws.happens(5000))
    closed->data.erase("note");
  else
    closed->data["note"] = " ";
  p.truth(43, id_of(*closed));
  return true;
}

// The family wants the log closed, and it is closed two weeks later, or goes on.
bool plant_f44(Planting& p) {
  if (Step* asked = asking(p)) {
    const Date deadline = day_of(*asked) + kDemandDays;
    const Step* closed = p.closed();
    const bool bites = deadline + 1 <= p.last;
    if (!closed || !bites || !may_stay_open_to(p, day_of(*closed) + kClosedLateDays)) return false;
    for (Step* step : p.all_steps())
      if (step->occurred_at.value() > asked->occurred_at.value()) p.shift(*step, kClosedLateDays);
    p.truth(44, id_of(*asked));
    return true;
  }
  const auto at = p.quiet_with(kDemandDays);
  if (!at) return false;
  const std::string speaker = p.consenters_on(local_date(*at)).front();
  p.truth(44, p.add(*at, "ClosureDemanded", p.leader(),
                    {{"demander", speaker}, {"reason", p.text(Topic::family_view)}}));
  return true;
}

bool plant_f45(Planting& p) {
  const Step* closed = p.closed();
  const std::vector<Step*> ended = p.all("MeasureEnded");
  if (!closed || ended.empty()) return false;
  p.drop(*p.draws.pick(ended));
  p.truth(45, id_of(*closed));
  return true;
}

// Archived late, or not at all.
bool plant_f46(Planting& p) {
  const Step* closed = p.closed();
  if (!closed || !p.passes(day_of(*closed) + kArchiveDays, DeadlineRuns::always)) return false;
  const bool never = p.draws.happens(4000);
  for (Step* step : p.all_steps()) {
    if (!is_of_archive(*step)) continue;
    if (never)
      p.drop(*step);
    else
      p.shift(*step, kArchivedLateDays);
  }
  p.truth(46, id_of(*closed));
  return true;
}

// The receipt comes some days late, yet in time for the archive; or never: then the log is not
// archived.
bool plant_f47(Planting& p) {
  const Step* closed = p.closed();
  Step* receipt = p.first("ArchiveReceipted");
  if (!closed || !receipt) return false;
  const std::string message(text_of(*receipt, "message"));
  const Date archived_by = day_of(*closed) + kArchiveDays;
  for (const Step* sent : p.all("ArchiveSent")) {
    if (text_of(*sent, "message") != message) continue;
    const Date day = day_of(*sent);
    const std::int32_t days = p.draws.between(kReceiptDays + 1, kReceiptDays + 7);
    if (!p.passes(day + kReceiptDays, DeadlineRuns::always)) return false;
    if (day + days > archived_by || p.draws.happens(3000)) {
      p.drop(*receipt);
      if (p.passes(archived_by, DeadlineRuns::always)) p.truth(46, id_of(*closed));
    } else {
      p.shift(*receipt, days);
    }
    p.truth(47, message);
    return true;
  }
  return false;
}

// On paper, when the log was closed.
bool plant_f48(Planting& p) {
  const Step* closed = p.closed();
  if (!closed) return false;
  const auto at = p.quiet(day_of(*closed) + 1, day_of(*closed) + kNotedLateDaysMax);
  if (!at) return false;
  p.truth(48, p.add(*at, "NoteAdded", p.leader(),
                    {{"note", p.fresh("n")}, {"kind", "general"}, {"text", p.text(Topic::note)}},
                    kPaper));
  return true;
}

}  // namespace stafett::bti
