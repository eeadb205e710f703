// The fold of goals, measures, meetings, notes, neighbouring regimes and shielding.

#include "projections/state/case_fold.h"
#include "projections/state/fold_support.h"
#include "projections/state/wire.h"

namespace stafett::bti {

using schema::EventType;

namespace {

// The element with this id, added at the end when there is none.
template <class T>
T& slot_for(std::vector<T>& all, std::string_view id) {
  if (T* found = by_id(all, id)) return *found;
  all.emplace_back();
  all.back().id = id;
  return all.back();
}

}  // namespace

bool CaseFold::work(const Event& event) {
  switch (event.type) {
    case EventType::GOAL_SET:
      goal_set(event);
      return true;
    case EventType::MEASURE_PLANNED:
      measure_planned(event);
      return true;
    case EventType::MEASURE_STARTED:
      if (Measure* started =
              by_id(state_.measures, text_of(event.facts<schema::MeasureStarted>().getMeasure()))) {
        started->status = MeasureStatus::running;
        started->started_on = day_of(event);
      }
      return true;
    case EventType::MEASURE_CHANGED:
      measure_changed(event);
      return true;
    case EventType::EVALUATION_RESCHEDULED: {
      const auto facts = event.facts<schema::EvaluationRescheduled>();
      if (Measure* moved = by_id(state_.measures, text_of(facts.getMeasure()))) {
        moved->evaluate_by = facts.getEvaluateBy();
        ++moved->reschedules;
      }
      return true;
    }
    case EventType::MEASURE_EVALUATED:
      measure_evaluated(event);
      return true;
    case EventType::MEASURE_ENDED:
      if (Measure* ended =
              by_id(state_.measures, text_of(event.facts<schema::MeasureEnded>().getMeasure()))) {
        ended->status = MeasureStatus::ended;
        ended->ended_on = day_of(event);
      }
      return true;
    case EventType::MEETING_CALLED:
      meeting_called(event);
      return true;
    case EventType::MEETING_HELD:
      meeting_held(event);
      return true;
    case EventType::MINUTES_RECORDED:
      if (Meeting* meeting =
              by_id(state_.meetings, text_of(event.facts<schema::MinutesRecorded>().getMeeting())))
        meeting->minutes = true;
      return true;
    case EventType::NOTE_ADDED:
      ++state_.notes;
      return true;
    case EventType::ATTACHMENT_ADDED:
      ++state_.attachments;
      return true;
    default:
      return neighbours(event) || shielding(event);
  }
}

void CaseFold::goal_set(const Event& event) {
  const auto facts = event.facts<schema::GoalSet>();
  Goal& goal = slot_for(state_.goals, text_of(facts.getGoal()));
  goal.area = facts.getArea();
  goal.text = text_of(event.narratives<schema::GoalSet>().getText());
  goal.status = facts.getStatus() == schema::GoalSetStatus::ABSENT ? schema::GoalSetStatus::OPEN
                                                                   : facts.getStatus();
}

void CaseFold::measure_planned(const Event& event) {
  const auto facts = event.facts<schema::MeasurePlanned>();
  Measure measure;
  measure.id = text_of(facts.getMeasure());
  measure.title = text_of(event.narratives<schema::MeasurePlanned>().getTitle());
  measure.goal = text_of(facts.getGoal());
  measure.responsible = actor_of(event.identities<schema::MeasurePlanned>().getResponsible());
  measure.service = number(text_of(facts.getService()));
  measure.evaluate_by = facts.getEvaluateBy();
  measure.area = facts.getArea();
  for (const schema::Arena arena : facts.getArena())
    measure.arena =
        static_cast<std::uint8_t>(measure.arena | 1u << (static_cast<unsigned>(arena) & 7u));
  measure.school_duty = is_yes(facts.getSchoolDuty());
  state_.measures.push_back(std::move(measure));
}

void CaseFold::measure_changed(const Event& event) {
  const auto facts = event.facts<schema::MeasureChanged>();
  Measure* changed = by_id(state_.measures, text_of(facts.getMeasure()));
  if (!changed) return;
  const auto narratives = event.narratives<schema::MeasureChanged>();
  const auto identities = event.identities<schema::MeasureChanged>();
  if (narratives.hasTitle()) changed->title = text_of(narratives.getTitle());
  if (facts.hasService()) changed->service = number(text_of(facts.getService()));
  if (identities.hasResponsible()) changed->responsible = actor_of(identities.getResponsible());
}

void CaseFold::measure_evaluated(const Event& event) {
  const auto facts = event.facts<schema::MeasureEvaluated>();
  Measure* evaluated = by_id(state_.measures, text_of(facts.getMeasure()));
  if (!evaluated) return;
  ++evaluated->evaluations;
  evaluated->reschedules = 0;
  evaluated->last_effect = facts.getEffect();
  if (facts.getDecision() == schema::Decision::END) {
    evaluated->status = MeasureStatus::ended;
    evaluated->ended_on = day_of(event);
  } else {
    evaluated->evaluate_by = facts.getEvaluateBy();
  }
}

void CaseFold::meeting_called(const Event& event) {
  const auto facts = event.facts<schema::MeetingCalled>();
  Meeting& meeting = slot_for(state_.meetings, text_of(facts.getMeeting()));
  if (meeting.held) return;  // a late call to what has been held changes nothing
  meeting.kind = facts.getKind();
  meeting.date = facts.getDate();
}

void CaseFold::meeting_held(const Event& event) {
  const auto facts = event.facts<schema::MeetingHeld>();
  Meeting& meeting = slot_for(state_.meetings, text_of(facts.getMeeting()));
  meeting.kind = facts.getKind();
  meeting.held = true;
  meeting.date = day_of(event);
  meeting.next_date = facts.getNextDate();
  meeting.minutes =
      meeting.minutes || event.narratives<schema::MeetingHeld>().getMinutes().size() > 0;
}

bool CaseFold::neighbours(const Event& event) {
  switch (event.type) {
    case EventType::CHILD_HEARD: {
      const auto facts = event.facts<schema::ChildHeard>();
      Hearing& hearing = slot_for(state_.hearings, text_of(facts.getHearing()));
      hearing.on = day_of(event);
      hearing.how = facts.getHow();
      return true;
    }
    case EventType::CHILD_HEARING_EXEMPTED:
      ++state_.exemptions;
      return true;
    case EventType::AGREEMENT_RECORDED: {
      Agreement agreement;
      agreement.about = event.facts<schema::AgreementRecorded>().getAbout();
      agreement.on = day_of(event);
      for (const auto person : event.identities<schema::AgreementRecorded>().getPersons())
        agreement.persons.push_back(actor_of(person));
      state_.agreements.push_back(std::move(agreement));
      return true;
    }
    case EventType::SCHOOL_ENVIRONMENT_FLAGGED:
      state_.school_environment = true;
      return true;
    case EventType::SCHOOL_ENVIRONMENT_PLAN_MADE: {
      const auto narratives = event.narratives<schema::SchoolEnvironmentPlanMade>();
      if (narratives.hasProblem() && narratives.hasMeasures() && narratives.hasWhen() &&
          event.identities<schema::SchoolEnvironmentPlanMade>().hasResponsible() &&
          event.facts<schema::SchoolEnvironmentPlanMade>().getEvaluateBy() != kNoDate)
        state_.school_plan_complete = true;
      return true;
    }
    case EventType::IP_ASSESSED:
      state_.ip.assessed_on = day_of(event);
      state_.ip.entitled = event.facts<schema::IpAssessed>().getEntitled();
      return true;
    case EventType::IP_GRANTED:
      state_.ip.granted_on = day_of(event);
      state_.ip.wanted = event.facts<schema::IpGranted>().getWanted();
      state_.ip.wants_coordinator = event.facts<schema::IpGranted>().getWantsCoordinator();
      return true;
    case EventType::COORDINATOR_NAMED:
      state_.ip.coordinator_named = true;
      state_.ip.coordinator = actor_of(event.identities<schema::CoordinatorNamed>().getPerson());
      state_.ip.coordinator_service =
          number(text_of(event.facts<schema::CoordinatorNamed>().getService()));
      return true;
    case EventType::PROGRESS_STALLED:
      state_.stalled = true;
      return true;
    case EventType::ESCALATED_TO_KE:
      state_.stalled = false;
      state_.escalated_on = day_of(event);
      return true;
    case EventType::TRANSITION_PLANNED: {
      const auto facts = event.facts<schema::TransitionPlanned>();
      state_.transitions.push_back({facts.getKind(), true, facts.getDate(), day_of(event)});
      return true;
    }
    case EventType::TRANSITION_OCCURRED:
      state_.transitions.push_back(
          {event.facts<schema::TransitionOccurred>().getKind(), false, kNoDate, day_of(event)});
      return true;
    default:
      return false;
  }
}

bool CaseFold::shielding(const Event& event) {
  switch (event.type) {
    case EventType::CONCERN_REPORT_SENT: {
      const auto facts = event.facts<schema::ConcernReportSent>();
      Report& report = slot_for(state_.reports, text_of(facts.getReport()));
      report.to = facts.getTo();
      report.on = day_of(event);
      return true;
    }
    case EventType::REPORT_FEEDBACK_RECEIVED: {
      const auto facts = event.facts<schema::ReportFeedbackReceived>();
      if (Report* report = by_id(state_.reports, text_of(facts.getReport())))
        report->feedback.push_back(facts.getKind());
      return true;
    }
    case EventType::PROTECTION_FLAG_SET:
      state_.protection = true;
      state_.protection_ever = true;
      return true;
    case EventType::PROTECTION_FLAG_LIFTED:
      state_.protection = false;
      state_.protection_lifted = Moment::of(event.occurred_at, event.position);
      return true;
    case EventType::COMPARTMENT_RELEASED: {
      const auto facts = event.facts<schema::CompartmentReleased>();
      const std::vector<ServiceNo> services = numbers(facts.getToServices());
      for (const auto entry : facts.getEntries())
        state_.releases.push_back({event_of(entry), is_yes(facts.getToFamily()), services});
      return true;
    }
    case EventType::ENTRY_RESTRICTED: {
      const auto facts = event.facts<schema::EntryRestricted>();
      state_.restrictions.push_back({event_of(facts.getTarget()), facts.getUntil()});
      return true;
    }
    default:
      return false;
  }
}

}  // namespace stafett::bti
