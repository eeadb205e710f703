#pragma once
// The rules F01 to F62, each a function that tells its courses: what a supervisor would ask, in
// docs/reference/findings.en.md. The table in rules.cc names their levels and what they watch.
//
// Pure. Threads: any.

#include "projections/findings/course_book.h"
#include "projections/findings/rule_view.h"

namespace stafett::bti {

// rules_concern.cc
void undecided_at_level0(const RuleView& view, CourseBook& book);          // F01
void informed_before_written(const RuleView& view, CourseBook& book);      // F02
void informed_despite_protection(const RuleView& view, CourseBook& book);  // F03
void leader_not_involved(const RuleView& view, CourseBook& book);          // F04
void school_case_without_plan(const RuleView& view, CourseBook& book);     // F50
void reporting_duty_open(const RuleView& view, CourseBook& book);          // F52
void report_without_feedback(const RuleView& view, CourseBook& book);      // F53
// rules_opening.cc
void opened_without_consent(const RuleView& view, CourseBook& book);       // F05
void guardian_not_consenting(const RuleView& view, CourseBook& book);      // F06
void youth_not_asked(const RuleView& view, CourseBook& book);              // F07
void youth_not_asked_at_birthday(const RuleView& view, CourseBook& book);  // F08
void guardian_without_access(const RuleView& view, CourseBook& book);      // F37
void level3_without_assessment(const RuleView& view, CourseBook& book);    // F38
void opened_on_no_consent(const RuleView& view, CourseBook& book);         // F49
// rules_consent.cc
void expired_consent_used(const RuleView& view, CourseBook& book);     // F09
void consent_ends_soon(const RuleView& view, CourseBook& book);        // F10
void consent_to_person(const RuleView& view, CourseBook& book);        // F11
void consent_without_proof(const RuleView& view, CourseBook& book);    // F12
void oral_consent_not_noted(const RuleView& view, CourseBook& book);   // F13
void used_after_refusal(const RuleView& view, CourseBook& book);       // F14
void measure_without_consent(const RuleView& view, CourseBook& book);  // F15
void service_without_consent(const RuleView& view, CourseBook& book);  // F16
void consent_not_understood(const RuleView& view, CourseBook& book);   // F60
// rules_reading.cc
void read_without_consent(const RuleView& view, CourseBook& book);           // F17
void read_after_withdrawal(const RuleView& view, CourseBook& book);          // F18
void read_without_relation(const RuleView& view, CourseBook& book);          // F19
void unusual_reading(const RuleView& view, CourseBook& book);                // F20
void barnevern_read_without_ground(const RuleView& view, CourseBook& book);  // F54
void emergency_access_not_approved(const RuleView& view, CourseBook& book);  // F61
// rules_baton.cc
void no_holder(const RuleView& view, CourseBook& book);                     // F21
void baton_not_answered(const RuleView& view, CourseBook& book);            // F22
void left_without_handover(const RuleView& view, CourseBook& book);         // F23
void handed_to_uncovered_service(const RuleView& view, CourseBook& book);   // F24
void holder_not_settled(const RuleView& view, CourseBook& book);            // F25
void level_changed_without_family(const RuleView& view, CourseBook& book);  // F26
// rules_measures.cc
void measure_without_responsible(const RuleView& view, CourseBook& book);  // F27
void measure_without_date(const RuleView& view, CourseBook& book);         // F28
void measure_not_evaluated(const RuleView& view, CourseBook& book);        // F29
void evaluation_moved_again(const RuleView& view, CourseBook& book);       // F30
void evaluated_without_child(const RuleView& view, CourseBook& book);      // F31
void school_duty_moved(const RuleView& view, CourseBook& book);            // F51
// rules_meetings.cc
void child_not_weighed(const RuleView& view, CourseBook& book);         // F32
void no_talk_between_meetings(const RuleView& view, CourseBook& book);  // F33
void silent_case(const RuleView& view, CourseBook& book);               // F34
void no_next_date(const RuleView& view, CourseBook& book);              // F35
void minutes_not_written(const RuleView& view, CourseBook& book);       // F36
// rules_closing.cc
void plan_granted_log_open(const RuleView& view, CourseBook& book);        // F39
void closed_without_coordinator(const RuleView& view, CourseBook& book);   // F40
void closed_without_child(const RuleView& view, CourseBook& book);         // F41
void closed_without_agreement(const RuleView& view, CourseBook& book);     // F42
void closed_without_note(const RuleView& view, CourseBook& book);          // F43
void closing_demand_not_followed(const RuleView& view, CourseBook& book);  // F44
void closed_with_open_measures(const RuleView& view, CourseBook& book);    // F45
void closed_not_archived(const RuleView& view, CourseBook& book);          // F46
void archive_message_unanswered(const RuleView& view, CourseBook& book);   // F47
void written_after_closing(const RuleView& view, CourseBook& book);        // F48
// rules_record.cc
void stalled_not_raised(const RuleView& view, CourseBook& book);        // F55
void recorded_late(const RuleView& view, CourseBook& book);             // F56
void corrected_without_reason(const RuleView& view, CourseBook& book);  // F57
void transition_without_plan(const RuleView& view, CourseBook& book);   // F59
void rights_not_answered(const RuleView& view, CourseBook& book);       // F62

}  // namespace stafett::bti
