#include "tests/projections/state/random_case.h"

#include <rapidcheck.h>

#include <boost/json/array.hpp>

namespace stafett::bti::test {
namespace {

namespace json = boost::json;

std::string pick(std::initializer_list<const char*> from) {
  return *rc::gen::elementOf(std::vector<std::string>(from.begin(), from.end()));
}
// Few ids, so that events meet each other; they may refer to what is not there.
std::string local(const char* prefix) {
  return prefix + std::to_string(*rc::gen::inRange(0, 3));
}
std::string date() {
  return "2026-0" + std::to_string(*rc::gen::inRange(1, 10)) + "-11";
}

struct Made {
  std::string type;
  json::object data;
};

Made make_event() {
  const std::string service = pick({"school", "ppt", "barnevern"});
  const std::string guardian = pick({"kari", "per"});
  switch (*rc::gen::inRange(0, 70)) {
    case 0:
      return {"ConcernRaised",
              {{"subject", "ola"},
               {"subjectKind", "child"},
               {"birthDate", "2011-03-04"},
               {"source", "employee"},
               {"service", service},
               {"summary", "x"}}};
    case 1:
      return {"Level0Decided",
              {{"outcome", pick({"close", "level1", "level3", "report"})}, {"reason", "x"}}};
    case 2:
      return {"GuardianLinked",
              {{"guardian", guardian},
               {"relation", "mother"},
               {"responsibility", *rc::gen::arbitrary<bool>()}}};
    case 3:
      return {"GuardianAccessGranted", {{"guardian", guardian}, {"channel", "digital"}}};
    case 4:
      return {"GuardianAccessEnded", {{"guardian", guardian}, {"ground", "other"}}};
    case 5:
      return {"ConsentGranted",
              {{"consent", local("c")},
               {"consenter", guardian},
               {"services", {service}},
               {"openLog", true},
               {"form", "oral"},
               {"from", date()},
               {"recipient", "service"}}};
    case 6:
      return {
          "ConsentRefused",
          {{"consenter", guardian}, {"services", {service}}, {"openLog", false}, {"how", "oral"}}};
    case 7:
      return {"ConsentWithdrawn",
              {{"consent", local("c")}, {"services", {service}}, {"how", "oral"}}};
    case 8:
      return {"LogOpened",
              {{"level", 2},
               {"holder", pick({"lise", "tor"})},
               {"service", service},
               {"consents", {local("c")}}}};
    case 9:
      return {"HolderAppointed", {{"person", pick({"lise", "tor"})}, {"service", service}}};
    case 10:
      return {"BatonOffered", {{"offer", local("o")}, {"to", "tor"}, {"service", service}}};
    case 11:
      return {"BatonAccepted", {{"offer", local("o")}, {"person", "tor"}}};
    case 12:
      return {"HolderLeft", {{"person", pick({"lise", "tor"})}, {"cause", "leave"}}};
    case 13:
      return {"ParticipantAdded",
              {{"participant", local("p")}, {"service", service}, {"task", "test"}}};
    case 14:
      return {"ParticipantRemoved", {{"participant", local("p")}, {"reason", "left"}}};
    case 15:
      return {"MeasurePlanned",
              {{"measure", local("m")},
               {"title", "x"},
               {"area", "social"},
               {"arena", {"home", "unit"}},
               {"service", service},
               {"evaluateBy", date()}}};
    case 16:
      return {"MeasureStarted", {{"measure", local("m")}}};
    case 17:
      return {
          "MeasureEvaluated",
          {{"measure", local("m")}, {"effect", "some"}, {"decision", pick({"continue", "end"})}}};
    case 18:
      return {"EvaluationRescheduled",
              {{"measure", local("m")}, {"evaluateBy", date()}, {"reason", "x"}}};
    case 19:
      return {"MeetingHeld",
              {{"meeting", local("mt")},
               {"kind", "start"},
               {"services", {service}},
               {"guardians", json::array()},
               {"childPresent", true}}};
    case 20:
      return {"GoalSet", {{"goal", local("g")}, {"area", "health"}, {"text", date()}}};
    case 21:
      return {"ProtectionFlagSet", {{"ground", "other"}}};
    case 22:
      return {"ProtectionFlagLifted", {{"agreedWith", "leader"}}};
    case 23:
      return {"LogClosed", {{"reason", "goal"}}};
    case 25:
      return {"ConcernConcretised", {{"observations", "x"}}};
    case 26:
      return {"ConcernSharedWithLeader", {{"leader", "tor"}}};
    case 27:
      return {"GuardiansInformed", {{"guardians", {guardian}}, {"how", "talk"}}};
    case 28:
      return {"ChildHeard",
              {{"hearing", local("h")}, {"how", "talk"}, {"adult", "lise"}, {"view", "x"}}};
    case 29:
      return {"ChildHearingExempted", {{"reason", "other"}}};
    case 30:
      return {"ConsentRequested",
              {{"request", local("q")},
               {"consenter", guardian},
               {"services", {service}},
               {"openLog", true}}};
    case 31:
      return {"OralConsentNoted", {{"consent", local("c")}, {"note", "x"}}};
    case 32:
      return {"ConsentExceptionRecorded",
              {{"guardian", guardian}, {"ground", "unreachable"}, {"note", "x"}}};
    case 33:
      return {"ConsentGranted",
              {{"consent", local("c")},
               {"consenter", "ola"},
               {"services", {service, "ppt"}},
               {"openLog", *rc::gen::arbitrary<bool>()},
               {"form", "digital"},
               {"from", date()},
               {"recipient", pick({"service", "person"})}}};
    case 34:
      return {"LevelChanged", {{"from", 2}, {"to", *rc::gen::inRange(1, 4)}, {"reason", "x"}}};
    case 35:
      return {"HolderConfirmed", {{"person", "lise"}, {"how", "talk"}}};
    case 36:
      return {"AgreementRecorded",
              {{"about", pick({"closing", "plan"})}, {"persons", {guardian}}, {"how", "oral"}}};
    case 37:
      return {"MeasurePlanned",
              {{"measure", local("m")},
               {"title", "x"},
               {"area", "social"},
               {"arena", {"unit"}},
               {"service", service},
               {"responsible", pick({"lise", "tor"})},
               {"schoolDuty", true}}};
    case 38:
      return {"MeasureChanged", {{"measure", local("m")}, {"service", service}, {"reason", "x"}}};
    case 39:
      return {"MeasureChanged",
              {{"measure", local("m")}, {"responsible", "lise"}, {"reason", "x"}}};
    case 40:
      return {"MeasureEnded", {{"measure", local("m")}, {"reason", "done"}}};
    case 41:
      return {"MeetingCalled",
              {{"meeting", local("mt")}, {"kind", "evaluation"}, {"date", date()}}};
    case 42:
      return {"MeetingHeld",
              {{"meeting", local("mt")},
               {"kind", "evaluation"},
               {"services", {service}},
               {"guardians", {guardian}},
               {"childPresent", false},
               {"nextDate", date()}}};
    case 43:
      return {"MinutesRecorded", {{"meeting", local("mt")}, {"text", "x"}}};
    case 44:
      return {"NoteAdded",
              {{"note", local("n")}, {"kind", "general"}, {"text", "x"}, {"service", service}}};
    case 45:
      return {"SchoolEnvironmentFlagged", {{"service", service}}};
    case 46:
      return {"SchoolEnvironmentPlanMade",
              {{"problem", "x"},
               {"measures", "x"},
               {"when", "x"},
               {"responsible", "lise"},
               {"evaluateBy", date()}}};
    case 47:
      return {"IpAssessed", {{"entitled", true}}};
    case 48:
      return {"IpGranted", {{"wanted", true}, {"wantsCoordinator", true}}};
    case 49:
      return {"CoordinatorNamed", {{"person", "tor"}, {"service", service}, {"ground", "ip"}}};
    case 50:
      return {"ReportingDutyAssessed", {{"ground", "illness"}, {"outcome", "report"}}};
    case 51:
      return {"ConcernReportSent", {{"report", local("r")}, {"to", "barnevern"}}};
    case 52:
      return {"ReportFeedbackReceived", {{"report", local("r")}, {"kind", "received"}}};
    case 53:
      return {"ProgressStalled", {{"reason", "x"}}};
    case 54:
      return {"EscalatedToKe", {{"service", "ppt"}, {"request", "x"}}};
    case 55:
      return {"TransitionPlanned", {{"kind", pick({"move", "adulthood"})}, {"date", date()}}};
    case 56:
      return {"TransitionOccurred", {{"kind", pick({"move", "adulthood"})}}};
    case 57:
      return {"ClosureDemanded", {{"demander", guardian}}};
    case 58:
      return {"ArchiveSent",
              {{"message", local("a")}, {"target", "fiks"}, {"digest", std::string(64, 'a')}}};
    case 59:
      return {"ArchiveReceipted", {{"message", local("a")}}};
    case 60:
      return {"RightsRequested", {{"request", local("rq")}, {"by", guardian}, {"kind", "access"}}};
    case 61:
      return {"RightsAnswered", {{"request", local("rq")}, {"outcome", "granted"}}};
    case 62:
      return {"ConsentWithdrawn", {{"consent", local("c")}, {"how", "oral"}}};
    case 63:
      return {"LogClosed", {{"reason", pick({"ip", "noConcern"})}, {"note", pick({"x", " "})}}};
    case 64:
    case 65:
      return {"EntryRead",
              {{"reader", pick({"alf", "lise"})},
               {"capacity", pick({"staff", "participant"})},
               {"purpose", "followUp"},
               {"visit", "v"}}};
    case 66:
      return {"BreakGlassUsed",
              {{"person", "lise"},
               {"service", "school"},
               {"ground", "x"},
               {"until", "2026-01-01T03:00:00Z"}}};
    case 67:
      return {"AccessReviewed", {{"result", "ok"}}};
    case 68:
      return {"MeasurePlanned",
              {{"measure", local("m")},
               {"title", "x"},
               {"area", "social"},
               {"arena", {"unit"}},
               {"service", service},
               {"responsible", "tor"},
               {"evaluateBy", date()}}};
    default:
      return {"NoteAdded",
              {{"note", local("n")},
               {"kind", "general"},
               {"text", "x"},
               {"hideFromGuardians", *rc::gen::arbitrary<bool>()}}};
  }
}

Made make_correction(const std::vector<std::string>& recorded) {
  json::object data{{"target", *rc::gen::elementOf(recorded)}, {"reason", "typed wrong"}};
  switch (*rc::gen::inRange(0, 3)) {
    case 0:
      data["void"] = true;
      break;
    case 1:
      data["changes"] = {{"service", "ppt"}};
      break;
    default:
      data["occurredAt"] = "2026-01-01T0" + std::to_string(*rc::gen::inRange(0, 10)) + ":00:00Z";
  }
  return {"EntryCorrected", std::move(data)};
}

}  // namespace

std::unique_ptr<MemoryLog> random_log(Pace pace) {
  auto log = std::make_unique<MemoryLog>();
  for (const char* service : {"school", "ppt", "barnevern"}) log->add_service(service, service);
  log->add_person("alf", {"admin"}, "");
  log->add_person("lise", {"employee"}, "school");
  log->add_person("tor", {"employee"}, "ppt");
  std::vector<std::string> recorded;
  const int count = *rc::gen::inRange(1, 40);
  for (int i = 0; i < count; ++i) {
    const bool corrects = !recorded.empty() && *rc::gen::inRange(0, 5) == 0;
    const Made made = corrects ? make_correction(recorded) : make_event();
    Command command;
    command.id = "e" + std::to_string(i);
    command.type = made.type;
    command.data = made.data;
    command.by = "alf";
    command.mode = Mode::imported;  // what a mode does not check, it records
    // Mostly onward, sometimes late, sometimes at the same time.
    const int back = *rc::gen::weightedElement<int>({{6, 0}, {1, 7}, {1, 100}});
    const std::int64_t step = pace == Pace::minutes ? 1 : 60 * 36;
    command.occurred_at = TimeUs{kRandomCaseStart.value() + (i / 2 * 10 - back) * step * kMinuteUs};
    command.recorded_at = TimeUs{kRandomCaseStart.value() + i * 10 * step * kMinuteUs};
    if (!log->record(command)) recorded.push_back(command.id);
  }
  return log;
}

}  // namespace stafett::bti::test
