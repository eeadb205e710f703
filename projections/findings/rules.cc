#include "projections/findings/rules.h"

#include "projections/findings/rule.h"

namespace stafett::bti {
namespace {

using enum EventType;
using enum FindingLevel;
using enum Kind;

TypeSet types(std::initializer_list<EventType> list) {
  TypeSet set;
  for (const EventType type : list) set.set(static_cast<std::size_t>(type));
  return set;
}
// Every event of the case can change the rule's courses.
const TypeSet kAnything;

const FindingRule kRules[] = {
    {1, deviation, deadline, undecided_at_level0, types({LEVEL0_DECIDED, CONCERN_REPORT_SENT})},
    {2, remark, act, informed_before_written, types({GUARDIANS_INFORMED})},
    {3, breach, act, informed_despite_protection, types({GUARDIANS_INFORMED})},
    {4, deviation, act, leader_not_involved, types({LEVEL0_DECIDED})},
    {5, breach, act, opened_without_consent, types({LOG_OPENED})},
    {6, deviation, act, guardian_not_consenting,
     types({LOG_OPENED, CONSENT_GRANTED, CONSENT_EXCEPTION_RECORDED})},
    {7, deviation, act, youth_not_asked, types({LOG_OPENED, CONSENT_GRANTED, CONSENT_REFUSED})},
    {8, deviation, deadline, youth_not_asked_at_birthday,
     types({LOG_OPENED, LOG_CLOSED, CONSENT_GRANTED, CONSENT_REFUSED})},
    {9, breach, act, expired_consent_used,
     types({LOG_OPENED, LOG_CLOSED, ENTRY_READ, NOTE_ADDED, MEETING_HELD, MEASURE_STARTED,
            CONSENT_GRANTED})},
    {10, remark, deadline, consent_ends_soon,
     types({LOG_OPENED, LOG_CLOSED, CONSENT_GRANTED, CONSENT_REQUESTED, CONSENT_WITHDRAWN})},
    {11, remark, act, consent_to_person, types({CONSENT_GRANTED})},
    {12, deviation, deadline, consent_without_proof,
     types({CONSENT_GRANTED, ATTACHMENT_ADDED, ORAL_CONSENT_NOTED})},
    {13, deviation, deadline, oral_consent_not_noted, types({CONSENT_GRANTED, ORAL_CONSENT_NOTED})},
    {14, breach, act, used_after_refusal, types({LOG_OPENED, PARTICIPANT_ADDED, MEASURE_STARTED})},
    {15, breach, act, measure_without_consent, types({LOG_OPENED, MEASURE_STARTED})},
    {16, breach, act, service_without_consent,
     types({LOG_OPENED, LOG_CLOSED, PARTICIPANT_ADDED, MEETING_HELD})},
    {17, breach, act, read_without_consent, types({ENTRY_READ})},
    {18, breach, act, read_after_withdrawal, types({ENTRY_READ})},
    {19, breach, act, read_without_relation, types({ENTRY_READ})},
    {20, remark, act, unusual_reading, types({ENTRY_READ, ACCESS_REVIEWED})},
    {21, deviation, deadline, no_holder,
     types({LOG_OPENED, LOG_CLOSED, HOLDER_LEFT, HOLDER_APPOINTED, BATON_ACCEPTED})},
    {22, deviation, deadline, baton_not_answered,
     types({LOG_CLOSED, BATON_OFFERED, BATON_ACCEPTED, BATON_DECLINED, HOLDER_APPOINTED})},
    {23, deviation, act, left_without_handover,
     types({LOG_OPENED, LOG_CLOSED, HOLDER_LEFT, HOLDER_APPOINTED, BATON_ACCEPTED})},
    {24, breach, act, handed_to_uncovered_service, types({BATON_ACCEPTED})},
    {25, deviation, deadline, holder_not_settled,
     types({LOG_CLOSED, LEVEL_CHANGED, HOLDER_CONFIRMED, BATON_ACCEPTED, HOLDER_APPOINTED})},
    {26, remark, act, level_changed_without_family, types({LEVEL_CHANGED})},
    {27, deviation, deadline, measure_without_responsible,
     types({LOG_OPENED, LOG_CLOSED, MEASURE_PLANNED, MEASURE_STARTED, MEASURE_CHANGED,
            MEASURE_ENDED, MEASURE_EVALUATED, PARTICIPANT_REMOVED, HOLDER_LEFT})},
    {28, deviation, act, measure_without_date,
     types(
         {LOG_CLOSED, MEASURE_PLANNED, MEASURE_EVALUATED, EVALUATION_RESCHEDULED, MEASURE_ENDED})},
    {29, deviation, deadline, measure_not_evaluated,
     types({LOG_OPENED, LOG_CLOSED, MEASURE_PLANNED, MEASURE_EVALUATED, EVALUATION_RESCHEDULED,
            MEASURE_ENDED})},
    {30, remark, act, evaluation_moved_again, types({EVALUATION_RESCHEDULED})},
    {31, deviation, act, evaluated_without_child, types({MEASURE_EVALUATED})},
    {32, remark, act, child_not_weighed, types({MEASURE_EVALUATED, LOG_CLOSED})},
    {33, remark, act, no_talk_between_meetings, types({MEETING_HELD})},
    {34, deviation, deadline, silent_case, kAnything},
    {35, deviation, act, no_next_date,
     types({LOG_OPENED, LOG_CLOSED, MEETING_HELD, MEETING_CALLED, MEASURE_PLANNED, MEASURE_STARTED,
            MEASURE_EVALUATED, MEASURE_ENDED})},
    {36, remark, deadline, minutes_not_written,
     types({LOG_CLOSED, MEETING_HELD, MINUTES_RECORDED})},
    {37, deviation, deadline, guardian_without_access,
     types({LOG_OPENED, LOG_CLOSED, GUARDIAN_LINKED, GUARDIAN_ACCESS_GRANTED, GUARDIAN_ACCESS_ENDED,
            CONSENT_EXCEPTION_RECORDED})},
    {38, deviation, deadline, level3_without_assessment,
     types({LOG_OPENED, LOG_CLOSED, LEVEL_CHANGED, IP_ASSESSED})},
    {39, deviation, deadline, plan_granted_log_open, types({LOG_OPENED, LOG_CLOSED, IP_GRANTED})},
    {40, deviation, act, closed_without_coordinator, types({LOG_CLOSED, COORDINATOR_NAMED})},
    {41, breach, act, closed_without_child, types({LOG_CLOSED})},
    {42, deviation, act, closed_without_agreement, types({LOG_CLOSED})},
    {43, deviation, act, closed_without_note, types({LOG_CLOSED})},
    {44, breach, deadline, closing_demand_not_followed,
     types({LOG_OPENED, LOG_CLOSED, CLOSURE_DEMANDED, CONSENT_WITHDRAWN})},
    {45, remark, act, closed_with_open_measures, types({LOG_CLOSED})},
    {46, deviation, deadline, closed_not_archived, types({LOG_CLOSED, ARCHIVE_RECEIPTED})},
    {47, deviation, deadline, archive_message_unanswered,
     types({ARCHIVE_SENT, ARCHIVE_RECEIPTED, ARCHIVE_FAILED})},
    {48, breach, act, written_after_closing, kAnything},
    {49, breach, act, opened_on_no_consent, types({LOG_OPENED, CONSENT_GRANTED})},
    {50, breach, deadline, school_case_without_plan,
     types({SCHOOL_ENVIRONMENT_FLAGGED, SCHOOL_ENVIRONMENT_PLAN_MADE})},
    {51, breach, act, school_duty_moved, types({MEASURE_PLANNED, MEASURE_CHANGED})},
    {52, breach, deadline, reporting_duty_open,
     types({REPORTING_DUTY_ASSESSED, CONCERN_REPORT_SENT})},
    {53, remark, deadline, report_without_feedback,
     types({CONCERN_REPORT_SENT, REPORT_FEEDBACK_RECEIVED})},
    {54, breach, act, barnevern_read_without_ground,
     types({ENTRY_READ, LEVEL0_DECIDED, REPORTING_DUTY_ASSESSED, CONCERN_REPORT_SENT,
            REPORT_FEEDBACK_RECEIVED, NOTE_ADDED, ATTACHMENT_ADDED, ENTRY_CORRECTED})},
    {55, remark, deadline, stalled_not_raised,
     types({LOG_CLOSED, PROGRESS_STALLED, ESCALATED_TO_KE})},
    {56, remark, act, recorded_late, kAnything},
    {57, deviation, act, corrected_without_reason, types({ENTRY_CORRECTED})},
    {59, deviation, act, transition_without_plan,
     types({LOG_OPENED, LOG_CLOSED, TRANSITION_OCCURRED, TRANSITION_PLANNED})},
    {60, remark, act, consent_not_understood, types({CONSENT_GRANTED})},
    {61, breach, deadline, emergency_access_not_approved,
     types({BREAK_GLASS_USED, BREAK_GLASS_APPROVED})},
    {62, deviation, deadline, rights_not_answered, types({RIGHTS_REQUESTED, RIGHTS_ANSWERED})},
};

}  // namespace

std::span<const FindingRule> finding_rules() {
  return kRules;
}

}  // namespace stafett::bti
