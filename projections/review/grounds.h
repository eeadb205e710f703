#pragma once
// Grounds: which cases a rule could have found something in at all, so that a rate of findings has
// a denominator that means something: of the cases in which a log was opened, not of all cases.
//
// Pure. Threads: any.
// Source: docs/reference/review-report.md

#include <bitset>
#include <string_view>

#include "projections/findings/rule_view.h"
#include "projections/statistics/case_counts.h"

namespace stafett::bti {

enum class Ground : std::uint8_t {
  concern_raised,
  family_informed,
  protection,
  decided,
  log_opened,
  youth_at_opening,
  youth_birthday,
  log_open,
  consent_in_log,
  consent_given,
  oral_consent,
  refusal,
  measure_started,
  service_takes_part,
  read,
  read_after_withdrawal,
  staff_read,
  baton_offered,
  baton_accepted,
  level_changed,
  measure,
  evaluation_due,
  evaluation_moved,
  child_evaluation,
  child_heard,
  evaluation_meeting,
  meeting_in_log,
  meeting,
  level3,
  plan_granted,
  closed_for_plan,
  closed_well_child,
  closed_well,
  log_closed,
  closing_demanded,
  closed_with_measures,
  archive_sent,
  was_closed,
  school_case,
  school_duty,
  reporting_duty,
  report_sent,
  barnevern_read,
  stalled,
  recorded,
  corrected,
  chain,
  transition,
  consent_in_language,
  break_glass,
  rights_request,
};
inline constexpr std::size_t kGroundCount = static_cast<std::size_t>(Ground::rights_request) + 1;
using GroundSet = std::bitset<kGroundCount>;

// What names its text: "logOpened".
std::string_view name_of(Ground ground);
Ground ground_of(RuleNo rule);

// The grounds that the case gave on some day of the period.
GroundSet grounds_in(const RuleView& view, DatePeriod period);

}  // namespace stafett::bti
