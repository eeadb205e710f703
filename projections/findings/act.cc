#include "projections/findings/act.h"

#include <algorithm>

#include "projections/state/wire.h"

namespace stafett::bti {
namespace {

bool is_blank(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c == ' ' || c == '\n' || c == '\t'; });
}

// Reads one event's fields into an act.
class ActReader final {
 public:
  ActReader(const Event& event, Names& names, Act& act) : event_(event), names_(names), act_(act) {}

  void read();

 private:
  NameNo number(capnp::Text::Reader text) { return names_.number(text_of(text)); }
  void list(capnp::List<capnp::Text>::Reader texts) {
    for (const auto text : texts) act_.names.push_back(number(text));
  }
  void set(Act::Flag flag, bool on) {
    if (on) act_.flags = static_cast<std::uint16_t>(act_.flags | flag);
  }
  template <class Word>
  void word(Word value) {
    act_.word = static_cast<std::uint16_t>(value);
  }

  bool family();
  bool consent();
  bool log();
  bool work();
  bool neighbours();
  bool closing();
  bool access();

  const Event& event_;
  Names& names_;
  Act& act_;
};

void ActReader::read() {
  act_.id = event_.id;
  act_.at = event_.occurred_at;
  act_.position = event_.position;
  act_.day = local_date(event_.occurred_at).days();
  act_.recorded_day = local_date(event_.recorded_at).days();
  act_.type = event_.type;
  act_.mode = event_.mode;
  act_.compartment = event_.compartment;
  if (family() || consent() || log() || work() || neighbours() || closing() || access()) return;
}

bool ActReader::family() {
  switch (event_.type) {
    case EventType::CHILD_HEARD:
      act_.local = number(event_.facts<schema::ChildHeard>().getHearing());
      return true;
    case EventType::LEVEL0_DECIDED:
      word(event_.facts<schema::Level0Decided>().getOutcome());
      return true;
    case EventType::GUARDIAN_LINKED: {
      const auto identities = event_.identities<schema::GuardianLinked>();
      act_.person = actor_of(identities.getGuardian());
      set(Act::responsibility, is_yes(event_.facts<schema::GuardianLinked>().getResponsibility()));
      list(identities.getLanguages());
      return true;
    }
    case EventType::GUARDIAN_ACCESS_GRANTED:
      act_.person = actor_of(event_.identities<schema::GuardianAccessGranted>().getGuardian());
      return true;
    case EventType::GUARDIAN_ACCESS_ENDED:
      act_.person = actor_of(event_.identities<schema::GuardianAccessEnded>().getGuardian());
      return true;
    case EventType::CONSENT_EXCEPTION_RECORDED:
      act_.person = actor_of(event_.identities<schema::ConsentExceptionRecorded>().getGuardian());
      return true;
    case EventType::CONCERN_RAISED:
      // `names`: the languages that the subject understands.
      act_.person = actor_of(event_.identities<schema::ConcernRaised>().getSubject());
      list(event_.identities<schema::ConcernRaised>().getLanguages());
      return true;
    default:
      return false;
  }
}

bool ActReader::consent() {
  switch (event_.type) {
    case EventType::CONSENT_REQUESTED: {
      const auto facts = event_.facts<schema::ConsentRequested>();
      act_.local = number(facts.getRequest());
      act_.person = actor_of(event_.identities<schema::ConsentRequested>().getConsenter());
      set(Act::opens_log, is_yes(facts.getOpenLog()));
      list(facts.getServices());
      return true;
    }
    case EventType::CONSENT_GRANTED: {
      const auto facts = event_.facts<schema::ConsentGranted>();
      act_.local = number(facts.getConsent());
      act_.person = actor_of(event_.identities<schema::ConsentGranted>().getConsenter());
      act_.replaces = number(facts.getReplaces());
      act_.language = number(facts.getLanguage());
      word(facts.getForm());
      const bool signed_by_consenter =
          facts.getForm() == schema::ConsentGrantedForm::DIGITAL && event_.actor == act_.person;
      set(Act::documented,
          signed_by_consenter ||
              event_.narratives<schema::ConsentGranted>().getDocumentDigest().size() != 0);
      set(Act::opens_log, is_yes(facts.getOpenLog()));
      set(Act::to_person, facts.getRecipient() == schema::Recipient::PERSON);
      set(Act::interpreted, is_yes(facts.getInterpreter()));
      list(facts.getServices());
      return true;
    }
    case EventType::CONSENT_REFUSED: {
      const auto facts = event_.facts<schema::ConsentRefused>();
      act_.person = actor_of(event_.identities<schema::ConsentRefused>().getConsenter());
      set(Act::opens_log, is_yes(facts.getOpenLog()));
      list(facts.getServices());
      return true;
    }
    case EventType::CONSENT_WITHDRAWN: {
      const auto facts = event_.facts<schema::ConsentWithdrawn>();
      act_.local = number(facts.getConsent());
      set(Act::whole, facts.getServices().size() == 0);
      list(facts.getServices());
      return true;
    }
    case EventType::ORAL_CONSENT_NOTED:
      act_.local = number(event_.facts<schema::OralConsentNoted>().getConsent());
      return true;
    default:
      return false;
  }
}

bool ActReader::log() {
  switch (event_.type) {
    case EventType::LOG_OPENED: {
      const auto facts = event_.facts<schema::LogOpened>();
      word(facts.getLevel());
      act_.person = actor_of(event_.identities<schema::LogOpened>().getHolder());
      act_.service = number(facts.getService());
      list(facts.getConsents());
      return true;
    }
    case EventType::HOLDER_APPOINTED:
      act_.person = actor_of(event_.identities<schema::HolderAppointed>().getPerson());
      act_.service = number(event_.facts<schema::HolderAppointed>().getService());
      return true;
    case EventType::BATON_OFFERED:
      act_.local = number(event_.facts<schema::BatonOffered>().getOffer());
      act_.person = actor_of(event_.identities<schema::BatonOffered>().getTo());
      act_.service = number(event_.facts<schema::BatonOffered>().getService());
      return true;
    case EventType::BATON_ACCEPTED:
      act_.local = number(event_.facts<schema::BatonAccepted>().getOffer());
      act_.person = actor_of(event_.identities<schema::BatonAccepted>().getPerson());
      return true;
    case EventType::BATON_DECLINED:
      act_.local = number(event_.facts<schema::BatonDeclined>().getOffer());
      return true;
    case EventType::HOLDER_LEFT:
      act_.person = actor_of(event_.identities<schema::HolderLeft>().getPerson());
      return true;
    case EventType::PARTICIPANT_ADDED:
      act_.local = number(event_.facts<schema::ParticipantAdded>().getParticipant());
      act_.person = actor_of(event_.identities<schema::ParticipantAdded>().getPerson());
      act_.service = number(event_.facts<schema::ParticipantAdded>().getService());
      return true;
    case EventType::PARTICIPANT_REMOVED:
      act_.local = number(event_.facts<schema::ParticipantRemoved>().getParticipant());
      return true;
    case EventType::LEVEL_CHANGED:
      word(event_.facts<schema::LevelChanged>().getTo());
      return true;
    case EventType::AGREEMENT_RECORDED:
      word(event_.facts<schema::AgreementRecorded>().getAbout());
      return true;
    default:
      return false;
  }
}

bool ActReader::work() {
  switch (event_.type) {
    case EventType::MEASURE_PLANNED: {
      const auto facts = event_.facts<schema::MeasurePlanned>();
      act_.local = number(facts.getMeasure());
      act_.person = actor_of(event_.identities<schema::MeasurePlanned>().getResponsible());
      act_.service = number(facts.getService());
      act_.date = facts.getEvaluateBy();
      set(Act::school_duty, is_yes(facts.getSchoolDuty()));
      return true;
    }
    case EventType::MEASURE_STARTED:
      act_.local = number(event_.facts<schema::MeasureStarted>().getMeasure());
      return true;
    case EventType::MEASURE_CHANGED:
      act_.local = number(event_.facts<schema::MeasureChanged>().getMeasure());
      act_.person = actor_of(event_.identities<schema::MeasureChanged>().getResponsible());
      act_.service = number(event_.facts<schema::MeasureChanged>().getService());
      return true;
    case EventType::EVALUATION_RESCHEDULED:
      act_.local = number(event_.facts<schema::EvaluationRescheduled>().getMeasure());
      act_.date = event_.facts<schema::EvaluationRescheduled>().getEvaluateBy();
      return true;
    case EventType::MEASURE_EVALUATED: {
      const auto facts = event_.facts<schema::MeasureEvaluated>();
      act_.local = number(facts.getMeasure());
      word(facts.getDecision());
      if (facts.getDecision() != schema::Decision::END) act_.date = facts.getEvaluateBy();
      list(facts.getHearings());
      return true;
    }
    case EventType::MEASURE_ENDED:
      act_.local = number(event_.facts<schema::MeasureEnded>().getMeasure());
      return true;
    case EventType::MEETING_HELD: {
      const auto facts = event_.facts<schema::MeetingHeld>();
      act_.local = number(facts.getMeeting());
      word(facts.getKind());
      act_.date = facts.getNextDate();
      set(Act::with_family, event_.identities<schema::MeetingHeld>().getGuardians().size() != 0 ||
                                is_yes(facts.getChildPresent()));
      set(Act::has_text, event_.narratives<schema::MeetingHeld>().hasMinutes());
      list(facts.getServices());
      return true;
    }
    case EventType::MINUTES_RECORDED:
      act_.local = number(event_.facts<schema::MinutesRecorded>().getMeeting());
      return true;
    case EventType::NOTE_ADDED:
      act_.service = number(event_.facts<schema::NoteAdded>().getService());
      return true;
    case EventType::ATTACHMENT_ADDED:
      word(event_.facts<schema::AttachmentAdded>().getKind());
      act_.local = number(event_.facts<schema::AttachmentAdded>().getConsent());
      return true;
    default:
      return false;
  }
}

bool ActReader::neighbours() {
  switch (event_.type) {
    case EventType::SCHOOL_ENVIRONMENT_PLAN_MADE: {
      const auto narratives = event_.narratives<schema::SchoolEnvironmentPlanMade>();
      set(Act::complete,
          narratives.hasProblem() && narratives.hasMeasures() && narratives.hasWhen() &&
              event_.identities<schema::SchoolEnvironmentPlanMade>().hasResponsible() &&
              event_.facts<schema::SchoolEnvironmentPlanMade>().getEvaluateBy() != kNoDate);
      return true;
    }
    case EventType::IP_GRANTED:
      set(Act::wanted, is_yes(event_.facts<schema::IpGranted>().getWanted()));
      set(Act::wants_coordinator, is_yes(event_.facts<schema::IpGranted>().getWantsCoordinator()));
      return true;
    case EventType::REPORTING_DUTY_ASSESSED:
      word(event_.facts<schema::ReportingDutyAssessed>().getOutcome());
      return true;
    case EventType::CONCERN_REPORT_SENT:
      act_.local = number(event_.facts<schema::ConcernReportSent>().getReport());
      return true;
    case EventType::REPORT_FEEDBACK_RECEIVED:
      act_.local = number(event_.facts<schema::ReportFeedbackReceived>().getReport());
      return true;
    case EventType::TRANSITION_PLANNED:
      word(event_.facts<schema::TransitionPlanned>().getKind());
      return true;
    case EventType::TRANSITION_OCCURRED:
      word(event_.facts<schema::TransitionOccurred>().getKind());
      return true;
    default:
      return false;
  }
}

bool ActReader::closing() {
  switch (event_.type) {
    case EventType::LOG_CLOSED:
      word(event_.facts<schema::LogClosed>().getReason());
      set(Act::has_text, !is_blank(text_of(event_.narratives<schema::LogClosed>().getNote())));
      list(event_.facts<schema::LogClosed>().getHearings());
      return true;
    case EventType::ARCHIVE_SENT:
      act_.local = number(event_.facts<schema::ArchiveSent>().getMessage());
      word(event_.facts<schema::ArchiveSent>().getTarget());
      return true;
    case EventType::ARCHIVE_RECEIPTED:
      act_.local = number(event_.facts<schema::ArchiveReceipted>().getMessage());
      return true;
    case EventType::ARCHIVE_FAILED:
      act_.local = number(event_.facts<schema::ArchiveFailed>().getMessage());
      return true;
    case EventType::ENTRY_CORRECTED:
      set(Act::has_text,
          !is_blank(text_of(event_.narratives<schema::EntryCorrected>().getReason())));
      return true;
    case EventType::RIGHTS_REQUESTED:
      act_.local = number(event_.facts<schema::RightsRequested>().getRequest());
      return true;
    case EventType::RIGHTS_ANSWERED:
      act_.local = number(event_.facts<schema::RightsAnswered>().getRequest());
      return true;
    default:
      return false;
  }
}

bool ActReader::access() {
  switch (event_.type) {
    case EventType::ENTRY_READ:
      act_.person = actor_of(event_.identities<schema::EntryRead>().getReader());
      word(event_.facts<schema::EntryRead>().getCapacity());
      act_.service = number(event_.facts<schema::EntryRead>().getService());
      return true;
    case EventType::BREAK_GLASS_APPROVED:
      act_.target = event_of(event_.facts<schema::BreakGlassApproved>().getTarget());
      return true;
    case EventType::ACCESS_REVIEWED:
      // Zero: all reads of the case.
      act_.person = actor_of(event_.identities<schema::AccessReviewed>().getReader());
      return true;
    default:
      return false;
  }
}

}  // namespace

NameNo Names::number(std::string_view name) {
  if (name.empty()) return kNoName;
  const NameNo known = find(name);
  if (known != kNoName) return known;
  names_.emplace_back(name);
  return static_cast<NameNo>(names_.size() - 1);
}

NameNo Names::find(std::string_view name) const {
  const auto found = std::ranges::find(names_, name);
  return found == names_.end() ? kNoName : static_cast<NameNo>(found - names_.begin());
}

std::string_view Names::name(NameNo number) const {
  return number == kNoName ? std::string_view{} : names_[number];
}

Act read_act(const Event& event, Names& names) {
  Act act;
  ActReader{event, names, act}.read();
  return act;
}

}  // namespace stafett::bti
