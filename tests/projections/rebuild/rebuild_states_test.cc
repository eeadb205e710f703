#include "projections/rebuild/rebuild_states.h"

#include <boost/json.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <map>

#include "engine/base/encoding.h"
#include "engine/crypto/system_random.h"
#include "projections/recorder/bti_log.h"
#include "projections/recorder/case_reader.h"
#include "projections/recorder/recorder.h"
#include "projections/state/case_build.h"
#include "tests/support/temporary_directory.h"

namespace stafett::bti {
BOOST_AUTO_TEST_SUITE(rebuild_states_test)
namespace {

struct Municipality {
  testing::TemporaryDirectory directory;
  crypto::SystemRandom random;
  ManualClock clock{*parse_time("2026-01-12T08:00:00Z")};
  BtiLog bti;

  Municipality() {
    const log::LogPaths paths = log::LogPaths::beside(directory.path("log"));
    log::LogOptions options{clock, random, storage::posix_files()};
    options.checkpoint_interval = std::chrono::milliseconds{0};
    NewBtiLog fresh;
    fresh.origin = "stafett.example/9901";
    BOOST_REQUIRE(create_log(paths, fresh, options));
    Result<BtiLog> opened = open_log(paths, options);
    BOOST_REQUIRE(opened);
    bti = std::move(*opened);
    record("ServiceRegistered", "", "07:00", "admin",
           R"({"service":"school","kind":"school","names":{"nb":"S","nn":"S","en":"S"}})");
    record("PersonRegistered", "", "07:00", "admin",
           R"({"person":"lise","roles":["employee"],"service":"school","active":true})");
  }
  EventId record(const std::string& type, const std::string& case_label, const std::string& time,
                 const std::string& actor, const std::string& data) {
    JsonEvent event;
    event.type = type;
    event.actor = actor;
    event.occurred_at = *parse_time("2026-01-12T" + time + ":00Z");
    if (!case_label.empty()) event.case_label = case_label;
    event.data = boost::json::parse(data).as_object();
    Recorder recorder{*bti.log, *bti.gate};
    const Answer answer = recorder.record_and_wait(std::move(event));
    BOOST_REQUIRE_MESSAGE(answer.accepted(), boost::json::serialize(answer.to_json()));
    return *answer.id;
  }
  EventId concern(const std::string& case_label) {
    return record(
        "ConcernRaised", case_label, "07:10", "lise",
        R"({"subject":")" + case_label + R"(-child","subjectKind":"child","source":"employee",
               "service":"school","summary":"alone in the breaks"})");
  }
  EventId note(const std::string& case_label, const std::string& id, const std::string& time) {
    return record("NoteAdded", case_label, time, "lise",
                  R"({"note":")" + id + R"(","kind":"general","text":"it goes well"})");
  }
  std::map<SubjectId, CaseState> rebuilt(const ScanPace& pace, std::uint64_t& anew) {
    std::map<SubjectId, CaseState> states;
    std::mutex mutex;
    const auto report = rebuild_states({bti.log->store(), bti.log->index(), bti.gate->source()},
                                       pace, [&](CaseState state) {
                                         const std::lock_guard lock{mutex};
                                         const SubjectId id = state.id;
                                         BOOST_TEST(states.emplace(id, std::move(state)).second);
                                       });
    BOOST_REQUIRE(report);
    BOOST_TEST(report->cases == states.size());
    BOOST_TEST(report->events == bti.log->head().size.value());
    anew = report->cases_built_anew;
    return states;
  }
};

const unsigned kThreads[] = {1, 2, 5};
// Each event a block, or all in one: there a late event is put in its place, and a correction laid
// over its target.
const std::size_t kBlockBytes[] = {1, 0};

BOOST_DATA_TEST_CASE(rebuilt_states_are_those_folded_case_by_case,
                     boost::unit_test::data::make(kThreads) *
                         boost::unit_test::data::make(kBlockBytes),
                     threads, block_bytes) {
  Municipality m;
  std::vector<EventId> concerns;
  for (int i = 0; i < 7; ++i) {
    const std::string label = "case-" + std::to_string(i);
    concerns.push_back(m.concern(label));
    m.note(label, "n1", "07:30");
  }
  m.note("case-1", "late", "07:20");  // before what is there
  const EventId wrong = m.note("case-2", "n2", "07:40");
  m.record("EntryCorrected", "case-2", "07:50", "lise",
           R"({"target":")" + to_uuid_text(wrong.array()) + R"(","reason":"not so","void":true})");
  m.note("case-2", "n3", "07:55");
  // Of a concern no fold opens the summary, which is required.
  m.record("EntryCorrected", "case-3", "07:50", "lise",
           R"({"target":")" + to_uuid_text(concerns[3].array()) +
               R"(","reason":"a day before","changes":{"source":"guardian"},)"
               R"("occurredAt":"2026-01-11T07:10:00Z"})");

  std::uint64_t anew = 0;
  const auto states = m.rebuilt({threads, block_bytes}, anew);
  BOOST_TEST(anew == (block_bytes == 1 ? 3u : 0u));
  const CaseReader reader{*m.bti.log, *m.bti.gate};
  const auto cases = reader.all_cases();
  BOOST_REQUIRE(cases);
  BOOST_REQUIRE(states.size() == cases->size());
  for (const SubjectId& id : *cases) {
    const auto record = m.bti.gate->source().subject(id);
    BOOST_REQUIRE(record);
    const auto events = m.bti.gate->source().of_case(**record, m.bti.log->head().size);
    BOOST_REQUIRE(events);
    BOOST_TEST((states.at(id) == build(id, *events)));
  }
}

BOOST_AUTO_TEST_CASE(a_log_without_cases_has_no_states) {
  Municipality m;
  std::uint64_t anew = 1;
  BOOST_TEST(m.rebuilt({.threads = 2}, anew).empty());
  BOOST_TEST(anew == 0u);
}

BOOST_AUTO_TEST_CASE(a_part_with_a_broken_seal_does_not_open) {
  Municipality m;
  m.concern("case-1");
  const Position last{m.bti.log->head().size.value() - 1};
  const auto bytes = m.bti.log->store().entry(last);
  const auto parts = m.bti.log->store().parts(last);
  BOOST_REQUIRE(bytes);
  BOOST_REQUIRE(parts);
  auto sealed = parts->front().sealed;
  sealed.back() ^= 1;
  const storage::PartView damaged[] = {{parts->front().part_class, sealed}};
  const auto stream = format::stream_of_entry(*bytes);
  BOOST_REQUIRE(stream);
  const auto record = m.bti.log->index().stream(*stream);
  BOOST_REQUIRE((record && *record));
  const auto opened = m.bti.log->opener().open_seals(last, *bytes, damaged, **record);
  BOOST_REQUIRE(!opened);
  BOOST_TEST((opened.error().code() == Errc::corrupt));
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::bti
