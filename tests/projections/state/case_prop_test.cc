// Random cases: events out of order, entered late, corrected and voided. The kept-up state, the
// state from scratch and a snapshot's are one.

#include <rapidcheck.h>

#include <boost/json/array.hpp>
#include <boost/test/unit_test.hpp>

#include "projections/state/case_snapshot.h"
#include "tests/projections/rules/memory_log.h"

namespace stafett::bti::test {
namespace {

namespace json = boost::json;

constexpr std::int64_t kMinuteUs = 60'000'000;
const TimeUs kStart{1767225600LL * 1'000'000};  // 2026-01-01

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
  switch (*rc::gen::inRange(0, 25)) {
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

std::unique_ptr<MemoryLog> random_log() {
  auto log = std::make_unique<MemoryLog>();
  for (const char* service : {"school", "ppt", "barnevern"}) log->add_service(service, service);
  log->add_person("alf", {"admin"}, "");
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
    command.occurred_at = TimeUs{kStart.value() + (i / 2 * 10 - back) * kMinuteUs};
    command.recorded_at = TimeUs{kStart.value() + i * 10 * kMinuteUs};
    if (!log->record(command)) recorded.push_back(command.id);
  }
  return log;
}

BOOST_AUTO_TEST_CASE(the_kept_up_state_is_the_state_from_scratch) {
  BOOST_TEST(rc::check([] {
    const auto log = random_log();
    const CaseState* kept = log->state("case");
    if (!kept) return;
    RC_ASSERT(*kept == log->state_at("case", {}, TimeUs{INT64_MAX}));
  }));
}

BOOST_AUTO_TEST_CASE(later_events_do_not_change_what_was_known) {
  BOOST_TEST(rc::check([] {
    const auto log = random_log();
    const std::vector<EventPtr>& all = log->events("case");
    if (all.empty()) return;
    const std::size_t cut = *rc::gen::inRange<std::size_t>(0, all.size());
    const std::vector<EventPtr> first(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(cut));
    const Knowledge known{TreeSize{all[cut]->position.value()}, TimeUs{INT64_MAX}};
    const TimeUs as_of{kStart.value() + *rc::gen::inRange(0, 300) * kMinuteUs};
    RC_ASSERT(log->state_at("case", known, as_of) ==
              build(id<SubjectId>("case"), first, {}, as_of));
  }));
}

BOOST_AUTO_TEST_CASE(a_snapshot_gives_the_state_back) {
  BOOST_TEST(rc::check([] {
    const auto log = random_log();
    const CaseState* kept = log->state("case");
    if (!kept) return;
    const Bytes saved = save_snapshot(*kept);
    const auto loaded = load_snapshot(saved);
    RC_ASSERT(loaded.has_value());
    RC_ASSERT(*loaded == *kept);
  }));
}

BOOST_AUTO_TEST_CASE(a_damaged_snapshot_is_an_error_and_no_crash) {
  BOOST_TEST(rc::check([] {
    const auto log = random_log();
    const CaseState* kept = log->state("case");
    if (!kept) return;
    Bytes saved = save_snapshot(*kept);
    const std::size_t cut = *rc::gen::inRange<std::size_t>(0, saved.size());
    RC_ASSERT(!load_snapshot(ByteView(saved).first(cut)).has_value());
    saved[cut] = *rc::gen::arbitrary<std::uint8_t>();
    if (const auto loaded = load_snapshot(saved)) RC_ASSERT(save_snapshot(*loaded) == saved);
  }));
}

BOOST_AUTO_TEST_CASE(a_snapshot_of_another_version_is_unsupported) {
  Bytes saved = save_snapshot(CaseState{});
  saved[0] = kCaseSnapshotVersion + 1;
  const auto loaded = load_snapshot(saved);
  BOOST_REQUIRE(!loaded);
  BOOST_TEST((loaded.error().code() == Errc::unsupported));
}

}  // namespace
}  // namespace stafett::bti::test
