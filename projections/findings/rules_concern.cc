// F01-F04, F50, F52-F53: the concern at level 0, the school's duty, reports to barnevern.

#include "projections/findings/rule_view.h"
#include "projections/findings/rules.h"

namespace stafett::bti {

using enum EventType;

void undecided_at_level0(const RuleView& view, CourseBook& book) {  // F01
  for (const Act& raised : view.all(CONCERN_RAISED)) {
    const Act* met = view.first_after(raised.moment(), {LEVEL0_DECIDED, CONCERN_REPORT_SENT});
    view.tell_deadline(book, view.about(raised, ref_to(raised)),
                       view.deadline(raised, view.profile_on(raised.day).level0_decision_days),
                       day_of(met), Closing::is_nothing);
  }
}

void informed_before_written(const RuleView& view, CourseBook& book) {  // F02
  for (const Act& informed : view.all(GUARDIANS_INFORMED))
    if (!view.last_before(informed.moment(), {CONCERN_CONCRETISED}))
      view.tell_act(book, view.about(informed, ref_to(informed)));
}

void informed_despite_protection(const RuleView& view, CourseBook& book) {  // F03
  for (const Act& informed : view.all(GUARDIANS_INFORMED)) {
    const Act* flag =
        view.last_before(informed.moment(), {PROTECTION_FLAG_SET, PROTECTION_FLAG_LIFTED});
    if (!flag || flag->type != PROTECTION_FLAG_SET) continue;
    Telling telling = view.about(informed, ref_to(informed));
    telling.others = {flag};
    view.tell_act(book, std::move(telling));
  }
}

void leader_not_involved(const RuleView& view, CourseBook& book) {  // F04
  for (const Act& decided : view.all(LEVEL0_DECIDED))
    if (!view.last_before(decided.moment(), {CONCERN_SHARED_WITH_LEADER}))
      view.tell_act(book, view.about(decided, ref_to(decided)));
}

void school_case_without_plan(const RuleView& view, CourseBook& book) {  // F50
  for (const Act& flagged : view.all(SCHOOL_ENVIRONMENT_FLAGGED)) {
    const Act* plan = view.first_after(flagged.moment(), {SCHOOL_ENVIRONMENT_PLAN_MADE},
                                       [](const Act& made) { return made.has(Act::complete); });
    view.tell_deadline(book, view.about(flagged, ref_to(flagged)),
                       view.deadline(flagged, view.profile_on(flagged.day).school_plan_days),
                       day_of(plan), Closing::is_nothing);
  }
}

void reporting_duty_open(const RuleView& view, CourseBook& book) {  // F52
  using Outcome = schema::ReportingDutyAssessedOutcome;
  const auto settles = [](const Act& act) {
    return static_cast<Outcome>(act.word) == Outcome::NO_REPORT;
  };
  // A report sent whenever, before the assessment too.
  const Act* report = view.first({CONCERN_REPORT_SENT});
  for (const Act& assessed : view.all(REPORTING_DUTY_ASSESSED)) {
    if (settles(assessed)) continue;
    const Act* settled = view.first_after(assessed.moment(), {REPORTING_DUTY_ASSESSED}, settles);
    view.tell_deadline(
        book, view.about(assessed, ref_to(assessed)),
        view.deadline(assessed, view.profile_on(assessed.day).reporting_outcome_days),
        earlier(day_of(report), day_of(settled)), Closing::is_nothing);
  }
}

void report_without_feedback(const RuleView& view, CourseBook& book) {  // F53
  for (const Act& sent : view.all(CONCERN_REPORT_SENT)) {
    const Act* feedback = view.first_after(sent.moment(), {REPORT_FEEDBACK_RECEIVED},
                                           [&](const Act& act) { return act.local == sent.local; });
    view.tell_deadline(book, view.about(sent, ref_to(view.name(sent.local))),
                       view.deadline(sent, view.profile_on(sent.day).report_feedback_days),
                       day_of(feedback), Closing::is_nothing);
  }
}

}  // namespace stafett::bti
