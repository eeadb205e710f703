// F01-F04, F52, F53: the concern, the duty to report, and the reports.

#include "projections/simulate/planters.h"

namespace stafett::bti {

namespace json = boost::json;

namespace {

constexpr std::int32_t kDecisionDays = 14;        // level0DecisionDays
constexpr std::int32_t kOutcomeDays = 1;          // reportingOutcomeDays
constexpr std::int32_t kFeedbackDays = 21;        // reportFeedbackDays
constexpr std::int32_t kConcernLateDaysMax = 40;  // of what is done late

TimeUs just_after(const Step& step) {
  return TimeUs{step.recorded_at.value() + kJustAfterUs};
}

}  // namespace

// Decided late, or never: then nothing more happens in the case.
bool plant_f01(Planting& p) {
  const Step* raised = p.first("ConcernRaised");
  Step* decided = p.first("Level0Decided");
  if (!raised || p.has("ConcernReportSent")) return false;
  const Date deadline = day_of(*raised) + kDecisionDays;
  if (!p.passes(deadline, DeadlineRuns::always)) return false;
  p.truth(1, id_of(*raised));
  if (!decided) return true;
  const auto late = p.quiet(deadline + 1, deadline + kConcernLateDaysMax);
  if (text_of(*decided, "outcome") == "close" && late && p.draws.happens(6000)) {
    p.move(*decided, *late, p.leader());
    return true;
  }
  for (Step* step : p.all_steps())
    if (step->recorded_at.value() >= decided->recorded_at.value()) p.drop(*step);
  return true;
}

// The guardians are told before it is written down what was seen, or it never is.
bool plant_f02(Planting& p) {
  Step* seen = p.first("ConcernConcretised");
  const Step* informed = p.first("GuardiansInformed");
  if (!seen || !informed || p.has("CompartmentReleased")) return false;
  p.truth(2, id_of(*informed));
  if (p.draws.happens(5000))
    p.move(*seen, just_after(*informed), seen->actor);
  else
    p.drop(*seen);
  return true;
}

bool plant_f03(Planting& p) {
  const Step* flag = p.first("ProtectionFlagSet");
  Step* informed = p.first("GuardiansInformed");
  if (!informed) return false;
  if (!flag) {
    // The flag is set when they are about to be told, and lifted when they have been.
    p.add(TimeUs{informed->occurred_at.value() - kJustAfterUs}, "ProtectionFlagSet", p.leader(),
          {{"ground", "violence"}, {"note", p.text(Topic::observation)}});
    p.add(just_after(*informed), "ProtectionFlagLifted", p.leader(), {{"agreedWith", "barnevern"}});
    p.truth(3, id_of(*informed));
    return true;
  }
  const Step* lifted = p.first("ProtectionFlagLifted");
  const auto at =
      p.quiet(day_of(*flag) + 1, lifted ? day_of(*lifted) - 1 : day_of(*flag) + kDecisionDays);
  if (!at) return false;
  p.truth(3, p.add(*at, "GuardiansInformed", p.leader(),
                   {{"guardians", informed->data.at("guardians")},
                    {"how", "phone"},
                    {"view", p.text(Topic::family_view)}}));
  return true;
}

bool plant_f04(Planting& p) {
  Step* shared = p.first("ConcernSharedWithLeader");
  if (!shared || !p.has("Level0Decided")) return false;
  for (const Step* decided : p.all("Level0Decided")) p.truth(4, id_of(*decided));
  p.drop(*shared);
  return true;
}

// Assessed, and not settled; or settled late.
bool plant_f52(Planting& p) {
  if (p.has("ConcernReportSent")) return false;
  const auto at = p.quiet_with(kOutcomeDays);
  if (!at) return false;
  json::object data{{"ground", "specialNeeds"}, {"note", p.text(Topic::observation)}};
  if (p.draws.happens(5000)) data["outcome"] = "report";
  p.truth(52, p.add(*at, "ReportingDutyAssessed", p.leader(), std::move(data)));
  const Date late = local_date(*at) + kOutcomeDays + 1;
  const auto settled = p.quiet(late, std::min(late + kConcernLateDaysMax, p.open_until()));
  if (settled && p.draws.happens(5000))
    p.add(*settled, "ReportingDutyAssessed", p.leader(),
          {{"ground", "none"}, {"outcome", "noReport"}, {"note", p.text(Topic::observation)}});
  return true;
}

// Barnevern answers late, or not at all.
bool plant_f53(Planting& p) {
  const Step* sent = p.first("ConcernReportSent");
  if (!sent || !p.passes(day_of(*sent) + kFeedbackDays, DeadlineRuns::always)) return false;
  const std::string report(text_of(*sent, "report"));
  for (Step* feedback : p.all("ReportFeedbackReceived")) p.drop(*feedback);
  p.truth(53, report);
  const Date late = day_of(*sent) + kFeedbackDays + 1;
  const auto at = p.quiet(late, late + kConcernLateDaysMax);
  if (at && p.draws.happens(5000))
    p.add(*at, "ReportFeedbackReceived", p.leader(), {{"report", report}, {"kind", "dismissed"}});
  return true;
}

}  // namespace stafett::bti
