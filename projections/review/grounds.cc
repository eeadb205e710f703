#include "projections/review/grounds.h"

#include <array>

#include "engine/base/check.h"
#include "projections/findings/measures.h"

namespace stafett::bti {
namespace {

using enum EventType;

constexpr std::int32_t kForGood = Date::kLastDays;

struct Asked {
  const RuleView& view;
  DatePeriod period;

  bool holds(const Act& act) const { return period.holds(Date{act.day}); }
  // Something that lasted from one day to the other, neither of them left out.
  bool meets(std::int32_t first, std::int32_t last) const {
    return first <= period.to.days() && last >= period.from.days();
  }
  template <class Match>
  bool any(std::initializer_list<EventType> types, Match match) const {
    for (const EventType type : types)
      for (const Act& act : view.all(type))
        if (holds(act) && match(act)) return true;
    return false;
  }
  bool any(std::initializer_list<EventType> types) const {
    return any(types, [](const Act&) { return true; });
  }
  std::int32_t closing() const { return view.closed() ? view.closed()->day : kForGood; }
  bool log_open_from(std::int32_t first) const {
    return view.opened() && meets(std::max(first, view.opened()->day), closing());
  }
};
using Test = bool (*)(const Asked&);

template <class Word>
bool says(const Act& act, Word word) {
  return static_cast<Word>(act.word) == word;
}

bool closed_well(const Act& closed) {
  return says(closed, schema::ClosingReason::GOAL) ||
         says(closed, schema::ClosingReason::NO_CONCERN);
}

bool is_protected(const Asked& asked) {
  for (const Act& set : asked.view.all(PROTECTION_FLAG_SET)) {
    const Act* lifted = asked.view.first_after(set.moment(), {PROTECTION_FLAG_LIFTED});
    if (asked.meets(set.day, lifted ? lifted->day : kForGood)) return true;
  }
  return false;
}

bool is_youth_at_opening(const Asked& asked) {
  return asked.any({LOG_OPENED}, [&](const Act& opened) {
    const auto from = asked.view.birthday_of(asked.view.profile_on(opened.day).age_own_consent);
    return from && opened.day >= *from;
  });
}

// A birthday that begins while the log is open.
bool has_birthday(const Asked& asked, int years) {
  const auto day = asked.view.birthday_of(years);
  return day && asked.view.opened() && asked.period.holds(Date{*day}) &&
         asked.view.opened()->day < *day && asked.closing() >= *day;
}
bool has_consent_birthday(const Asked& asked) {
  if (!asked.view.opened()) return false;
  const int age = asked.view.profile_on(asked.view.opened()->day).age_own_consent;
  return has_birthday(asked, age) || has_birthday(asked, 18);
}

bool has_consent_in_log(const Asked& asked) {
  for (const Act& granted : asked.view.all(CONSENT_GRANTED))
    if (asked.log_open_from(granted.day)) return true;
  return false;
}

bool is_after_refusal(const Asked& asked) {
  const Act* refused = asked.view.first({CONSENT_REFUSED});
  return refused && asked.meets(refused->day, std::max(asked.closing(), refused->day));
}

bool has_measure(const Asked& asked, bool (*match)(const Act&)) {
  for (const Act& planned : asked.view.all(MEASURE_PLANNED)) {
    if (!match(planned)) continue;
    const Act* ended = asked.view.first_after(
        planned.moment(), {MEASURE_ENDED, MEASURE_EVALUATED},
        [&](const Act& act) { return act.local == planned.local && ends_measure(act); });
    const std::int32_t last = std::min(ended ? ended->day : kForGood, asked.closing());
    if (asked.meets(planned.day, std::max(last, planned.day))) return true;
  }
  return false;
}

bool has_evaluation_due(const Asked& asked) {
  for (const EventType type : {MEASURE_PLANNED, EVALUATION_RESCHEDULED, MEASURE_EVALUATED})
    for (const Act& set : asked.view.all(type))
      if (set.date != kNoDate && asked.view.in_open_log(set) &&
          asked.period.holds(Date{set.date}) && set.date <= asked.closing())
        return true;
  return false;
}

bool has_child_heard(const Asked& asked) {
  const Act* heard = asked.view.first({CHILD_HEARD});
  return heard && asked.any({MEASURE_EVALUATED, LOG_CLOSED}, [&](const Act& act) {
    return heard->moment() < act.moment() && asked.view.child_rules_apply(act) &&
           (act.type == MEASURE_EVALUATED || closed_well(act));
  });
}

bool is_evaluation(const Act& meeting) {
  return says(meeting, schema::MeetingKind::EVALUATION);
}
bool has_later_evaluation_meeting(const Asked& asked) {
  return asked.any({MEETING_HELD}, [&](const Act& held) {
    return is_evaluation(held) && asked.view.in_open_log(held) &&
           asked.view.child_rules_apply(held) &&
           asked.view.last_before(held.moment(), {MEETING_HELD}, [&](const Act& before) {
             return is_evaluation(before) && asked.view.in_open_log(before);
           });
  });
}

bool has_read_after_withdrawal(const Asked& asked) {
  return asked.any({ENTRY_READ}, [&](const Act& read) {
    return asked.view.last_before(
        read.moment(), {CONSENT_WITHDRAWN, CONSENT_GRANTED},
        [](const Act& act) { return act.type == CONSENT_WITHDRAWN || act.replaces != kNoName; });
  });
}

bool has_staff_read(const Asked& asked) {
  return asked.any({ENTRY_READ}, [](const Act& read) {
    return !says(read, schema::Capacity::GUARDIAN) && !says(read, schema::Capacity::SUBJECT) &&
           !says(read, schema::Capacity::AUDITOR);
  });
}

bool is_closed_for_plan(const Asked& asked) {
  return asked.any({LOG_CLOSED}, [&](const Act& closed) {
    const Act* granted = asked.view.last_before(closed.moment(), {IP_GRANTED});
    return says(closed, schema::ClosingReason::IP) && granted &&
           granted->has(Act::wants_coordinator);
  });
}

bool is_closing_demanded(const Asked& asked) {
  return asked.any({CLOSURE_DEMANDED, CONSENT_WITHDRAWN}, [&](const Act& act) {
    return asked.view.in_open_log(act) && (act.type == CLOSURE_DEMANDED || act.has(Act::whole));
  });
}

bool has_barnevern_read(const Asked& asked) {
  for (const Act& act : asked.view.acts())
    if (act.compartment == Compartment::barnevern) return asked.any({ENTRY_READ});
  return false;
}

bool is_recorded(const Asked& asked) {
  for (const Act& act : asked.view.acts())
    if (act.in_case_stream() && act.mode == Mode::live &&
        asked.period.holds(Date{act.recorded_day}))
      return true;
  return false;
}

bool has_transition(const Asked& asked) {
  return has_birthday(asked, 18) || asked.any({TRANSITION_OCCURRED}, [&](const Act& act) {
    return asked.view.in_open_log(act);
  });
}

struct GroundRow {
  Ground ground;
  std::string_view name;
  Test test;
};
const GroundRow kGrounds[] = {
    {Ground::concern_raised, "concernRaised",
     [](const Asked& a) { return a.any({CONCERN_RAISED}); }},
    {Ground::family_informed, "familyInformed",
     [](const Asked& a) { return a.any({GUARDIANS_INFORMED}); }},
    {Ground::protection, "protection", is_protected},
    {Ground::decided, "decided", [](const Asked& a) { return a.any({LEVEL0_DECIDED}); }},
    {Ground::log_opened, "logOpened", [](const Asked& a) { return a.any({LOG_OPENED}); }},
    {Ground::youth_at_opening, "youthAtOpening", is_youth_at_opening},
    {Ground::youth_birthday, "youthBirthday", has_consent_birthday},
    {Ground::log_open, "logOpen", [](const Asked& a) { return a.log_open_from(Date::kFirstDays); }},
    {Ground::consent_in_log, "consentInLog", has_consent_in_log},
    {Ground::consent_given, "consentGiven",
     [](const Asked& a) { return a.any({CONSENT_GRANTED}); }},
    {Ground::oral_consent, "oralConsent",
     [](const Asked& a) {
       return a.any({CONSENT_GRANTED},
                    [](const Act& act) { return says(act, schema::ConsentGrantedForm::ORAL); });
     }},
    {Ground::refusal, "refusal", is_after_refusal},
    {Ground::measure_started, "measureStarted",
     [](const Asked& a) { return a.any({MEASURE_STARTED}); }},
    {Ground::service_takes_part, "serviceTakesPart",
     [](const Asked& a) {
       return a.any({PARTICIPANT_ADDED, MEETING_HELD}, [&](const Act& act) {
         return act.type == PARTICIPANT_ADDED || a.view.in_open_log(act);
       });
     }},
    {Ground::read, "read", [](const Asked& a) { return a.any({ENTRY_READ}); }},
    {Ground::read_after_withdrawal, "readAfterWithdrawal", has_read_after_withdrawal},
    {Ground::staff_read, "staffRead", has_staff_read},
    {Ground::baton_offered, "batonOffered", [](const Asked& a) { return a.any({BATON_OFFERED}); }},
    {Ground::baton_accepted, "batonAccepted",
     [](const Asked& a) { return a.any({BATON_ACCEPTED}); }},
    {Ground::level_changed, "levelChanged", [](const Asked& a) { return a.any({LEVEL_CHANGED}); }},
    {Ground::measure, "measure",
     [](const Asked& a) { return has_measure(a, [](const Act&) { return true; }); }},
    {Ground::evaluation_due, "evaluationDue", has_evaluation_due},
    {Ground::evaluation_moved, "evaluationMoved",
     [](const Asked& a) { return a.any({EVALUATION_RESCHEDULED}); }},
    {Ground::child_evaluation, "childEvaluation",
     [](const Asked& a) {
       return a.any({MEASURE_EVALUATED},
                    [&](const Act& act) { return a.view.child_rules_apply(act); });
     }},
    {Ground::child_heard, "childHeard", has_child_heard},
    {Ground::evaluation_meeting, "evaluationMeeting", has_later_evaluation_meeting},
    {Ground::meeting_in_log, "meetingInLog",
     [](const Asked& a) {
       return a.any({MEETING_HELD}, [&](const Act& act) { return a.view.in_open_log(act); });
     }},
    {Ground::meeting, "meeting", [](const Asked& a) { return a.any({MEETING_HELD}); }},
    {Ground::level3, "level3",
     [](const Asked& a) {
       return a.any({LEVEL_CHANGED, LOG_OPENED}, [](const Act& act) { return act.word == 3; });
     }},
    {Ground::plan_granted, "planGranted",
     [](const Asked& a) {
       return a.any({IP_GRANTED}, [&](const Act& act) { return a.view.in_open_log(act); });
     }},
    {Ground::closed_for_plan, "closedForPlan", is_closed_for_plan},
    {Ground::closed_well_child, "closedWellChild",
     [](const Asked& a) {
       return a.any({LOG_CLOSED}, [&](const Act& act) {
         return closed_well(act) && a.view.child_rules_apply(act);
       });
     }},
    {Ground::closed_well, "closedWell",
     [](const Asked& a) { return a.any({LOG_CLOSED}, closed_well); }},
    {Ground::log_closed, "logClosed", [](const Asked& a) { return a.any({LOG_CLOSED}); }},
    {Ground::closing_demanded, "closingDemanded", is_closing_demanded},
    {Ground::closed_with_measures, "closedWithMeasures",
     [](const Asked& a) { return a.any({LOG_CLOSED}) && a.view.first({MEASURE_PLANNED}); }},
    {Ground::archive_sent, "archiveSent", [](const Asked& a) { return a.any({ARCHIVE_SENT}); }},
    {Ground::was_closed, "wasClosed",
     [](const Asked& a) { return a.view.closed() && a.meets(a.view.closed()->day, kForGood); }},
    {Ground::school_case, "schoolCase",
     [](const Asked& a) { return a.any({SCHOOL_ENVIRONMENT_FLAGGED}); }},
    {Ground::school_duty, "schoolDuty",
     [](const Asked& a) {
       return has_measure(a, [](const Act& act) { return act.has(Act::school_duty); });
     }},
    {Ground::reporting_duty, "reportingDuty",
     [](const Asked& a) {
       return a.any({REPORTING_DUTY_ASSESSED}, [](const Act& act) {
         return !says(act, schema::ReportingDutyAssessedOutcome::NO_REPORT);
       });
     }},
    {Ground::report_sent, "reportSent",
     [](const Asked& a) { return a.any({CONCERN_REPORT_SENT}); }},
    {Ground::barnevern_read, "barnevernRead", has_barnevern_read},
    {Ground::stalled, "stalled", [](const Asked& a) { return a.any({PROGRESS_STALLED}); }},
    {Ground::recorded, "recorded", is_recorded},
    {Ground::corrected, "corrected", [](const Asked& a) { return a.any({ENTRY_CORRECTED}); }},
    {Ground::chain, "chain", is_recorded},
    {Ground::transition, "transition", has_transition},
    {Ground::consent_in_language, "consentInLanguage",
     [](const Asked& a) {
       return a.any({CONSENT_GRANTED}, [](const Act& act) { return act.language != kNoName; });
     }},
    {Ground::break_glass, "breakGlass", [](const Asked& a) { return a.any({BREAK_GLASS_USED}); }},
    {Ground::rights_request, "rightsRequest",
     [](const Asked& a) { return a.any({RIGHTS_REQUESTED}); }},
};
static_assert(std::size(kGrounds) == kGroundCount);

// By rule, from F01 on.
constexpr std::array<Ground, kRulesMax> kGroundOfRule = {
    Ground::concern_raised,
    Ground::family_informed,
    Ground::protection,  // F03
    Ground::decided,
    Ground::log_opened,
    Ground::log_opened,  // F06
    Ground::youth_at_opening,
    Ground::youth_birthday,
    Ground::log_open,  // F09
    Ground::consent_in_log,
    Ground::consent_given,
    Ground::consent_given,  // F12
    Ground::oral_consent,
    Ground::refusal,
    Ground::measure_started,  // F15
    Ground::service_takes_part,
    Ground::read,
    Ground::read_after_withdrawal,
    Ground::read,
    Ground::staff_read,
    Ground::log_open,  // F21
    Ground::baton_offered,
    Ground::log_open,
    Ground::baton_accepted,  // F24
    Ground::level_changed,
    Ground::level_changed,
    Ground::measure,  // F27
    Ground::measure,
    Ground::evaluation_due,
    Ground::evaluation_moved,  // F30
    Ground::child_evaluation,
    Ground::child_heard,
    Ground::evaluation_meeting,  // F33
    Ground::log_open,
    Ground::meeting_in_log,
    Ground::meeting,  // F36
    Ground::log_opened,
    Ground::level3,
    Ground::plan_granted,  // F39
    Ground::closed_for_plan,
    Ground::closed_well_child,
    Ground::closed_well,  // F42
    Ground::log_closed,
    Ground::closing_demanded,
    Ground::closed_with_measures,
    Ground::log_closed,
    Ground::archive_sent,
    Ground::was_closed,  // F48
    Ground::log_opened,
    Ground::school_case,
    Ground::school_duty,  // F51
    Ground::reporting_duty,
    Ground::report_sent,
    Ground::barnevern_read,  // F54
    Ground::stalled,
    Ground::recorded,
    Ground::corrected,  // F57
    Ground::chain,
    Ground::transition,
    Ground::consent_in_language,
    Ground::break_glass,
    Ground::rights_request,
};

const GroundRow& row_of(Ground ground) {
  const GroundRow& row = kGrounds[static_cast<std::size_t>(ground)];
  CHECK(row.ground == ground);
  return row;
}

}  // namespace

std::string_view name_of(Ground ground) {
  return row_of(ground).name;
}

Ground ground_of(RuleNo rule) {
  CHECK(rule >= 1 && rule <= kRulesMax);
  return kGroundOfRule[rule - 1u];
}

GroundSet grounds_in(const RuleView& view, DatePeriod period) {
  const Asked asked{view, period};
  GroundSet found;
  for (const GroundRow& row : kGrounds)
    if (row.test(asked)) found.set(static_cast<std::size_t>(row.ground));
  return found;
}

}  // namespace stafett::bti
