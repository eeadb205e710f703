#pragma once
// CaseState: what the events of one case add up to, up to a place in the timeline: all that its
// JSON form shows, and what the hard rules, the consent status and visibility ask for.
//
// Threads:  a value; read it from any thread while nobody writes.
// Limits:   about 100 bytes an event, as texts are short; a typical case takes 2-4 KB.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "projections/state/event.h"
#include "projections/state/moment.h"

namespace stafett::bti {

enum class Phase : std::uint8_t { none, clarifying, consenting, active, closed, archived, ended };

// A service's place in CaseState::services: names are kept once.
using ServiceNo = std::uint32_t;
inline constexpr ServiceNo kNoService = 0xFFFFFFFF;

enum class IdKind : std::uint8_t {
  hearing,
  request,
  consent,
  offer,
  participant,
  goal,
  measure,
  meeting,
  note,
  attachment,
  report,
  message,
  transfer,
  rights,
  grant
};

// A local id that some event created, and the first occurredAt at which one did.
struct LocalId {
  IdKind kind = IdKind::hearing;
  std::string id;
  TimeUs created;
  friend bool operator==(const LocalId&, const LocalId&) = default;
};

// One recorded event of the case stream, or a BreakGlassUsed: enough to judge references to it and
// who may see it. A voided event is here too: it is recorded, though it counts for nothing.
struct EventRef {
  enum Flag : std::uint8_t { voided = 1, is_private = 2 };
  EventId id;
  ActorId actor;
  TimeUs occurred_at;  // corrected
  Position position;
  schema::EventType type = schema::EventType::UNSET;
  Compartment compartment = Compartment::open;
  std::uint8_t flags = 0;
  Moment moment() const { return Moment::of(occurred_at, position); }
  bool has(Flag flag) const { return (flags & flag) != 0; }
  friend bool operator==(const EventRef&, const EventRef&) = default;
};
// The event at `event` (index into CaseState::index) names this service in its data.
struct NamedService {
  std::uint32_t event = 0;
  ServiceNo service = kNoService;
  friend bool operator==(const NamedService&, const NamedService&) = default;
};

// An EntryCorrected of the index, and what it corrects.
struct Correction {
  EventId event;
  EventId target;
  friend bool operator==(const Correction&, const Correction&) = default;
};

struct Holder {
  ActorId person;
  ServiceNo service = kNoService;
  std::int32_t since = kNoDate;
  friend bool operator==(const Holder&, const Holder&) = default;
};
struct Offer {
  std::string id;
  ActorId to;
  ServiceNo service = kNoService;
  std::int32_t on = kNoDate;
  friend bool operator==(const Offer&, const Offer&) = default;
};
struct Guardian {
  struct Link {
    Moment at;
    bool responsibility = false;
    friend bool operator==(const Link&, const Link&) = default;
  };
  ActorId person;
  schema::Relation relation = schema::Relation::ABSENT;
  bool linked = false;  // false: only access or an exception has been recorded
  bool access = false;
  Moment exempted = kNever;  // the first ConsentExceptionRecorded
  std::vector<Link> links;   // in timeline order; the latest before a point holds there
  friend bool operator==(const Guardian&, const Guardian&) = default;
};
struct Withdrawal {
  Moment at;
  bool whole = false;
  std::vector<ServiceNo> services;  // when not whole
  friend bool operator==(const Withdrawal&, const Withdrawal&) = default;
};
struct Consent {
  std::string id;
  ActorId consenter;
  Moment at;
  std::vector<ServiceNo> services;
  bool open_log = false;
  schema::ConsentGrantedForm form = schema::ConsentGrantedForm::ABSENT;
  std::int32_t from = kNoDate;
  std::int32_t to = kNoDate;  // as given; the effective end needs the profile (consent.h)
  std::string replaces;       // empty: none
  std::string transfer_to;    // empty: none
  std::vector<Withdrawal> withdrawals;
  friend bool operator==(const Consent&, const Consent&) = default;
};
struct ConsentRefusal {
  ActorId consenter;
  Moment at;
  std::vector<ServiceNo> services;
  bool open_log = false;
  std::int32_t on = kNoDate;
  friend bool operator==(const ConsentRefusal&, const ConsentRefusal&) = default;
};
struct Participant {
  std::string id;
  ServiceNo service = kNoService;
  ActorId person;  // zero: the service as such
  std::string task;
  std::int32_t since = kNoDate;
  std::int32_t until = kNoDate;
  bool active() const { return until == kNoDate; }
  friend bool operator==(const Participant&, const Participant&) = default;
};
struct Goal {
  std::string id;
  schema::Area area = schema::Area::ABSENT;
  schema::GoalSetStatus status = schema::GoalSetStatus::OPEN;
  std::string text;
  friend bool operator==(const Goal&, const Goal&) = default;
};
enum class MeasureStatus : std::uint8_t { planned, running, ended };
struct Measure {
  std::string id;
  std::string title;
  std::string goal;  // empty: none
  ActorId responsible;
  ServiceNo service = kNoService;
  std::int32_t started_on = kNoDate;
  std::int32_t ended_on = kNoDate;
  std::int32_t evaluate_by = kNoDate;
  std::uint32_t reschedules = 0;
  std::uint32_t evaluations = 0;
  schema::Area area = schema::Area::ABSENT;
  schema::Effect last_effect = schema::Effect::ABSENT;
  MeasureStatus status = MeasureStatus::planned;
  std::uint8_t arena = 0;  // bit n: schema::Arena n
  bool school_duty = false;
  friend bool operator==(const Measure&, const Measure&) = default;
};
struct Meeting {
  std::string id;
  schema::MeetingKind kind = schema::MeetingKind::ABSENT;
  bool held = false;
  bool minutes = false;
  std::int32_t date = kNoDate;
  std::int32_t next_date = kNoDate;
  friend bool operator==(const Meeting&, const Meeting&) = default;
};
struct Hearing {
  std::string id;
  std::int32_t on = kNoDate;
  schema::ChildHeardHow how = schema::ChildHeardHow::ABSENT;
  friend bool operator==(const Hearing&, const Hearing&) = default;
};
struct Agreement {
  schema::AgreementRecordedAbout about = schema::AgreementRecordedAbout::ABSENT;
  std::int32_t on = kNoDate;
  std::vector<ActorId> persons;
  friend bool operator==(const Agreement&, const Agreement&) = default;
};
struct Report {
  std::string id;
  schema::ConcernReportSentTo to = schema::ConcernReportSentTo::ABSENT;
  std::int32_t on = kNoDate;
  std::vector<schema::ReportFeedbackReceivedKind> feedback;
  friend bool operator==(const Report&, const Report&) = default;
};
struct Transition {
  schema::TransitionPlannedKind kind = schema::TransitionPlannedKind::ABSENT;
  bool planned = false;
  std::int32_t date = kNoDate;  // of a planned one
  std::int32_t on = kNoDate;
  friend bool operator==(const Transition&, const Transition&) = default;
};
struct ClosureDemand {
  ActorId by;
  std::int32_t on = kNoDate;
  friend bool operator==(const ClosureDemand&, const ClosureDemand&) = default;
};
struct Transfer {
  std::string id;
  std::string to;
  std::int32_t offered_on = kNoDate;
  std::int32_t accepted_on = kNoDate;
  friend bool operator==(const Transfer&, const Transfer&) = default;
};
struct RightsRequest {
  std::string id;
  schema::RightsRequestedKind kind = schema::RightsRequestedKind::ABSENT;
  schema::RightsAnsweredOutcome outcome = schema::RightsAnsweredOutcome::ABSENT;
  std::int32_t on = kNoDate;
  std::int32_t answered_on = kNoDate;
  friend bool operator==(const RightsRequest&, const RightsRequest&) = default;
};
struct Restriction {
  EventId target;
  std::int32_t until = kNoDate;  // last day; absent: for good
  bool in_force(std::int32_t day) const { return until == kNoDate || day <= until; }
  friend bool operator==(const Restriction&, const Restriction&) = default;
};
struct Release {
  EventId entry;
  bool to_family = false;
  std::vector<ServiceNo> to_services;
  friend bool operator==(const Release&, const Release&) = default;
};
struct BreakGlass {
  EventId event;
  ActorId person;
  ActorId actor;
  Moment at;
  TimeUs until;
  Moment approved = kNever;
  friend bool operator==(const BreakGlass&, const BreakGlass&) = default;
};
struct Ip {
  std::int32_t assessed_on = kNoDate;
  std::int32_t granted_on = kNoDate;
  schema::Flag entitled = schema::Flag::ABSENT;
  schema::Flag wanted = schema::Flag::ABSENT;
  schema::Flag wants_coordinator = schema::Flag::ABSENT;
  ActorId coordinator;
  ServiceNo coordinator_service = kNoService;
  bool coordinator_named = false;
  friend bool operator==(const Ip&, const Ip&) = default;
};
enum class ArchiveStatus : std::uint8_t { none, sent, receipted, failed };

struct CaseState {
  SubjectId id;
  // Concern, level, phase.
  Phase phase = Phase::none;
  std::int8_t level = -1;          // -1: nothing known
  std::int8_t decided_level = -1;  // -1: none
  bool raised = false;
  schema::SubjectKind subject_kind = schema::SubjectKind::ABSENT;
  ActorId subject;
  std::int32_t birth_date = kNoDate;
  ServiceNo home_service = kNoService;
  std::int32_t raised_on = kNoDate;
  // The first LogOpened and LogClosed; kNever: none.
  Moment opened = kNever;
  Moment closed = kNever;
  std::int32_t opened_on = kNoDate;
  std::int32_t closed_on = kNoDate;
  schema::ClosingReason closing_reason = schema::ClosingReason::ABSENT;
  // The baton. `latest_holder` stays when the holder leaves.
  bool has_holder = false;
  std::optional<Holder> latest_holder;
  std::optional<Offer> pending_offer;
  std::vector<Offer> offers;  // every offer made
  // Family and consent.
  std::vector<Guardian> guardians;
  std::vector<Consent> consents;
  std::vector<ConsentRefusal> refusals;
  // Work.
  std::vector<Participant> participants;
  std::vector<Goal> goals;
  std::vector<Measure> measures;
  std::vector<Meeting> meetings;
  std::vector<Hearing> hearings;
  std::uint32_t exemptions = 0;
  std::uint32_t notes = 0;
  std::uint32_t attachments = 0;
  std::vector<Agreement> agreements;
  bool stalled = false;
  bool school_environment = false;
  bool school_plan_complete = false;
  Ip ip;
  std::vector<Report> reports;
  std::int32_t escalated_on = kNoDate;
  std::vector<Transition> transitions;
  std::vector<ClosureDemand> closure_demands;
  ArchiveStatus archive = ArchiveStatus::none;
  std::string archive_message;  // of the latest archive event; empty: none
  std::int32_t archive_on = kNoDate;
  std::vector<Transfer> transfers;
  std::vector<RightsRequest> rights;
  // Visibility.
  bool protection = false;
  bool protection_ever = false;
  Moment protection_lifted = kBeforeAll;  // the latest lifting; kBeforeAll: none
  bool anyone_informed = false;
  std::vector<ActorId> informed;  // named in a GuardiansInformed
  std::vector<ActorId> involved;  // named in a ConcernSharedWithLeader
  std::vector<Restriction> restrictions;
  std::vector<Release> releases;
  std::vector<Correction> corrections;
  std::vector<BreakGlass> break_glass;
  // References.
  std::vector<std::string> services;
  std::vector<LocalId> local_ids;  // sorted by (kind, id)
  std::vector<EventRef> index;     // in timeline order
  std::vector<NamedService> named_services;
  std::uint32_t events = 0;  // case-stream events folded, voided ones not
  Moment last = kBeforeAll;  // the latest event folded, of any stream and voided ones too
  TimeUs last_event_at;      // greatest occurredAt of `events`; REQUIRES events > 0

  bool log_open() const { return opened != kNever && closed == kNever; }
  // The number of a service that some event has named, or kNoService.
  ServiceNo find_service(std::string_view name) const;
  // Empty for kNoService.
  std::string_view service_name(ServiceNo number) const;
  const LocalId* find_id(IdKind kind, std::string_view local) const;
  const EventRef* find_event(const EventId& event) const;
  // Only a guardian that was linked.
  const Guardian* find_guardian(const ActorId& person) const;
  const Consent* find_consent(std::string_view consent) const;
  const Measure* find_measure(std::string_view measure) const;
  const Offer* find_offer(std::string_view offer) const;
  bool is_holder(const ActorId& person) const {
    return has_holder && latest_holder->person == person;
  }
  bool is_subject(const ActorId& person) const { return raised && subject == person; }
  friend bool operator==(const CaseState&, const CaseState&) = default;
};

}  // namespace stafett::bti
