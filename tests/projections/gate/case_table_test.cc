// Cases leave the gate's table and come back: from a snapshot and its tail where there is one, and
// as if they had never left.

#include <rapidcheck.h>

#include <boost/test/data/test_case.hpp>
#include <thread>

#include "engine/log/verify/directory_verifier.h"
#include "projections/gate/part_maker.h"
#include "projections/state/case_snapshot.h"
#include "tests/projections/gate/municipality.h"

namespace stafett::bti::test {
BOOST_AUTO_TEST_SUITE(case_table_test)
namespace {

constexpr int kSnapshotEvents = static_cast<int>(CaseTable::kSnapshotEvents);

// With the first note's parts gone, who folds all events has one note fewer.
BOOST_AUTO_TEST_CASE(what_comes_back_goes_on_from_its_snapshot_also_after_reopening) {
  Municipality m;
  m.concern("a");
  m.notes("a", kSnapshotEvents);
  m.turn_over();
  BOOST_REQUIRE(m.snapshot("a").has_value());
  const Position first_note = m.events("a").at(1)->position;
  BOOST_REQUIRE(m.bti.log->store().erase_parts(std::span{&first_note, 1}));
  BOOST_TEST(m.from_scratch("a").notes == std::uint32_t{kSnapshotEvents - 1});
  m.notes("a", 3, 100);
  BOOST_TEST(m.state("a").notes == std::uint32_t{kSnapshotEvents + 3});
  m.open();
  BOOST_TEST(m.state("a").notes == std::uint32_t{kSnapshotEvents + 3});
  BOOST_TEST(m.from_scratch("a").notes == std::uint32_t{kSnapshotEvents + 2});
}

BOOST_AUTO_TEST_CASE(a_snapshot_comes_with_the_sixteenth_event_after_the_one_before) {
  Municipality m;
  m.concern("a");
  m.notes("a", kSnapshotEvents - 2);
  m.turn_over();
  BOOST_TEST(!m.snapshot("a").has_value());
  m.notes("a", 1, 100);
  m.turn_over();
  const auto first = m.snapshot("a");
  BOOST_REQUIRE(first.has_value());
  m.notes("a", kSnapshotEvents - 1, 200);
  m.turn_over();
  BOOST_TEST((m.snapshot("a") == first));
  m.notes("a", 1, 300);
  m.turn_over();
  BOOST_TEST((m.snapshot("a") != first));
  BOOST_TEST((m.state("a") == m.from_scratch("a")));
}

BOOST_AUTO_TEST_CASE(what_comes_late_or_corrects_is_folded_in_whatever_the_snapshot_covers) {
  Municipality m;
  m.concern("a");
  m.notes("a", kSnapshotEvents);
  m.turn_over();
  const EventId late = m.note("a", "late", 3);
  m.turn_over();
  BOOST_TEST((m.state("a") == m.from_scratch("a")));
  m.recorded("EntryCorrected", "a", 100,
             R"({"target":")" + to_uuid_text(late.array()) + R"(","reason":"x","void":true})");
  m.turn_over();
  const CaseState state = m.state("a");
  BOOST_TEST((state == m.from_scratch("a")));
  BOOST_TEST(state.notes == std::uint32_t{kSnapshotEvents});
}

BOOST_AUTO_TEST_CASE(an_access_event_is_folded_once) {
  Municipality m;
  m.concern("a");
  m.notes("a", kSnapshotEvents);
  m.recorded("BreakGlassUsed", "a", 100,
             R"({"person":"lise","service":"school","ground":"x","until":"2026-01-12T09:00:00Z"})");
  m.turn_over();
  BOOST_REQUIRE(m.snapshot("a").has_value());
  BOOST_TEST(m.state("a").break_glass.size() == 1u);
  BOOST_TEST((m.state("a") == m.from_scratch("a")));
}

struct Crafted {
  const char* name;
  bool serves;
  std::function<void(SnapshotForm&)> change_form = [](SnapshotForm&) {};
  bool other_case = false, other_keys = false;
  std::function<void(Bytes&)> change_sealed = [](Bytes&) {};
};
std::ostream& operator<<(std::ostream& out, const Crafted& crafted) {
  return out << crafted.name;
}
const Crafted kCrafted[] = {
    {"as it should be", true},
    {"of another version", false, [](SnapshotForm& form) { form.state[0] ^= 1; }},
    {"not a state", false, [](SnapshotForm& form) { form.state.pop_back(); }},
    {"covers more than the stream holds", false,
     [](SnapshotForm& form) { form.next_versions[1] += 1; }},
    {"covers a stream that has not begun", false,
     [](SnapshotForm& form) { form.next_versions[3] = 1; }},
    {"another case's", false, [](SnapshotForm&) {}, true},
    {"under other keys", false, [](SnapshotForm&) {}, false, true},
    {"a flipped bit", false, [](SnapshotForm&) {}, false, false,
     [](Bytes& sealed) { sealed[sealed.size() / 2] ^= 1; }},
    {"empty", false, [](SnapshotForm&) {}, false, false, [](Bytes& sealed) { sealed.clear(); }},
};

// The snapshot tells of 99 notes: whoever counts so has taken it.
BOOST_DATA_TEST_CASE(only_the_cases_own_snapshot_serves, boost::unit_test::data::make(kCrafted),
                     crafted) {
  Municipality m;
  m.concern("a");
  m.notes("a", 2);
  m.concern("b");
  CaseState state = m.from_scratch("a");
  state.notes = 99;
  SnapshotForm form{{}, save_snapshot(state)};
  form.next_versions[lane_of(Compartment::level0)] = 3;
  crafted.change_form(form);
  const SubjectId id = m.id_of("a");
  const SubjectId other = m.id_of("b");
  const auto record = m.bti.gate->source().subject(crafted.other_keys ? other : id);
  BOOST_REQUIRE((record && *record));
  std::array<std::uint8_t, 32> content, access;
  BOOST_REQUIRE(m.bti.log->vault().key((*record)->content, content));
  BOOST_REQUIRE(m.bti.log->vault().key((*record)->access, access));
  Bytes sealed = seal_snapshot(
      {content, access, m.bti.log->origin_hash(), crafted.other_case ? other : id}, form, m.random);
  crafted.change_sealed(sealed);
  m.store_row(m.bti.log->index().snapshot_row(id, sealed));
  m.open();
  BOOST_TEST(m.state("a").notes == (crafted.serves ? 99u : 2u));
}

BOOST_AUTO_TEST_CASE(verify_finds_a_snapshot_row_whole_and_names_a_changed_one) {
  Municipality m;
  m.concern("a");
  m.notes("a", kSnapshotEvents);
  m.turn_over();
  BOOST_REQUIRE(m.snapshot("a").has_value());
  BOOST_REQUIRE(m.bti.log->checkpoint_now());
  storage::IndexRow row = m.bti.log->index().snapshot_row(m.id_of("a"), *m.snapshot("a"));
  const auto verify = [&] {
    m.close();
    const log::VerifyDirectory place{m.paths, storage::posix_files(), m.random, {}, {}};
    log::VerifyOptions options;
    options.level = 5;
    auto report = log::verify_directory(place, options);
    BOOST_REQUIRE(report);
    return *report;
  };
  const log::VerifyReport whole = verify();
  BOOST_TEST(whole.ok);
  row.value[row.value.size() / 2] ^= 1;
  m.open();
  m.store_row(std::move(row));
  const log::VerifyReport damaged = verify();
  BOOST_TEST(!damaged.ok);
  BOOST_REQUIRE(damaged.errors.size() == 1u);
  BOOST_TEST(damaged.errors[0].place == "index labels");
  BOOST_TEST(damaged.errors[0].code == "key-unwrap");
  m.open();
  BOOST_TEST((m.state("a") == m.from_scratch("a")));
}

class NoNames final : public EncodeContext {
 public:
  Resolved<ActorId> person(std::string_view) override { return {}; }
  Resolved<SubjectId> case_id(std::string_view) override { return {}; }
  std::optional<EventId> event(std::string_view) override { return std::nullopt; }
  std::optional<EventType> type_of(const EventId&) override { return std::nullopt; }
};

const char* const kCases[] = {"a", "b", "c"};

JsonEvent random_event(const std::string& label, int number, const std::vector<EventId>& of_case) {
  const auto boolean = [] { return *rc::gen::arbitrary<bool>(); };
  const auto any = [&] { return to_uuid_text((*rc::gen::elementOf(of_case)).array()); };
  // Mostly onward, sometimes late, sometimes at the same time.
  const int back = *rc::gen::weightedElement<int>({{8, 0}, {1, 2}, {1, 40}});
  const auto make = [&](const char* type, boost::json::object data) {
    return Municipality::event(type, label, std::max(1, 60 + number / 2 - back), std::move(data));
  };
  const std::string id = std::to_string(*rc::gen::inRange(0, 40));  // some are taken: refused
  switch (
      *rc::gen::weightedElement<int>({{6, 0}, {1, 1}, {1, 2}, {1, 3}, {2, 4}, {1, 5}, {1, 6}})) {
    case 1:
      return make("GuardianLinked",
                  {{"guardian", "kari"}, {"relation", "mother"}, {"responsibility", boolean()}});
    case 2:
      return make("MeasurePlanned", {{"measure", "m" + id},
                                     {"title", "x"},
                                     {"area", "social"},
                                     {"arena", {"home"}},
                                     {"service", "school"}});
    case 3:
      return make("EntryCorrected",
                  boolean() ? boost::json::object{{"target", any()}, {"void", true}}
                            : boost::json::object{{"target", any()},
                                                  {"occurredAt", "2026-01-12T07:00:20Z"}});
    case 4:
      return make("BreakGlassUsed", {{"person", "lise"},
                                     {"service", "school"},
                                     {"ground", "x"},
                                     {"until", "2026-01-12T09:00:00Z"}});
    case 5:
      return make("BreakGlassApproved", {{"target", any()}});
    case 6:
      return make(
          "NoteAdded",
          {{"note", "n" + id}, {"kind", "general"}, {"text", "x"}, {"compartment", "barnevern"}});
    default:
      return make("NoteAdded", {{"note", "n" + id}, {"kind", "general"}, {"text", "x"}});
  }
}

// New cases each time, as a new municipality takes longer than what is looked at.
BOOST_AUTO_TEST_CASE(states_that_left_and_came_back_are_those_from_scratch) {
  Municipality m;
  int round = 0, with_snapshot = 0;
  BOOST_TEST(rc::check([&] {
    std::map<std::string, std::vector<EventId>> recorded;
    std::vector<std::string> labels;
    ++round;
    for (const char* name : kCases) {
      labels.push_back(name + std::to_string(round));
      m.concern(labels.back());
      recorded[labels.back()].push_back(m.events(labels.back()).front()->id);
    }
    labels.push_back(labels.front());  // takes half of the events
    const int count = *rc::gen::inRange(20, 90);
    for (int i = 0; i < count; ++i) {
      const std::string label = *rc::gen::elementOf(labels);
      m.recorder->record(random_event(label, i, recorded[label]), [&, label](const Answer& answer) {
        if (answer.accepted()) recorded[label].push_back(*answer.id);
      });
      if (*rc::gen::inRange(0, 20) == 0) m.turn_over();
      if (*rc::gen::inRange(0, 100) == 0) m.open();
    }
    m.turn_over();
    for (const std::string& label : labels) {
      with_snapshot += m.snapshot(label) ? 1 : 0;
      RC_ASSERT(m.state(label) == m.from_scratch(label));
    }
  }));
  BOOST_TEST(with_snapshot > 0);
}

// The same local id each time: the second one is refused.
log::Unsigned note_twice(Municipality& m, const SubjectId& id) {
  NoNames context;
  const auto encoded = encode(*registry().find(std::string_view{"NoteAdded"}), id,
                              {{"note", "twice"}, {"kind", "general"}, {"text", "x"}}, context);
  BOOST_REQUIRE(encoded);
  log::Unsigned event;
  event.event = make_event_id(m.clock.now(), m.random);
  event.stream = (*m.bti.gate->source().subject(id))->streams[lane_of(Compartment::level0)];
  event.occurred_at = m.clock.now();
  event.mode = format::Mode::imported;
  event.parts = open_parts(*encoded, m.random);
  return event;
}

// Of a group that was taken back, the snapshot covers nothing: what comes instead is not lost.
BOOST_AUTO_TEST_CASE(a_refused_atomic_group_is_in_no_snapshot) {
  Municipality m;
  m.concern("a");
  m.notes("a", kSnapshotEvents);
  const SubjectId id = m.id_of("a");
  std::vector<log::Unsigned> events;
  for (int i = 0; i < 2; ++i) events.push_back(note_twice(m, id));
  const auto admin = m.bti.gate->labels().find(log::LabelSpace::person, "admin");
  const auto signer = m.bti.log->signer_of(ActorId{admin->value()});
  BOOST_REQUIRE(signer);
  const log::Outcomes outcomes = m.bti.log->submit_and_wait(
      (*signer)->sign(std::move(events), m.clock.now(), log::Atomic::yes));
  BOOST_REQUIRE((outcomes.front() && std::holds_alternative<log::Refusal>(*outcomes.front())));
  BOOST_TEST(std::get<log::Refusal>(*outcomes.front()).rule == "H10");
  m.turn_over();
  BOOST_REQUIRE(m.snapshot("a").has_value());
  m.note("a", "after", 200);
  m.open();  // without leaving a newer one
  BOOST_TEST((m.state("a") == m.from_scratch("a")));
}

// Who has had as many refusals recorded as may be leaves nothing behind of a refused group.
BOOST_AUTO_TEST_CASE(refused_atomic_groups_past_the_limit_of_refusals_are_only_refused) {
  Municipality m;
  m.concern("a");
  const SubjectId id = m.id_of("a");
  const auto admin = m.bti.gate->labels().find(log::LabelSpace::person, "admin");
  const auto signer = m.bti.log->signer_of(ActorId{admin->value()});
  BOOST_REQUIRE(signer);
  for (int round = 0; round < 70; ++round) {
    std::vector<log::Unsigned> events;
    for (int i = 0; i < 2; ++i) events.push_back(note_twice(m, id));
    const log::Outcomes outcomes = m.bti.log->submit_and_wait(
        (*signer)->sign(std::move(events), m.clock.now(), log::Atomic::yes));
    BOOST_REQUIRE((outcomes.front() && std::holds_alternative<log::Refusal>(*outcomes.front())));
  }
  const TreeSize size = m.bti.log->head().size;
  m.note("a", "after", 200);
  BOOST_TEST(m.bti.log->head().size.value() == size.value() + 1);
}

BOOST_AUTO_TEST_CASE(cases_that_are_held_keep_no_others_in_the_table) {
  Municipality m;
  std::vector<CasePtr> held;
  for (int i = 0; i < 12; ++i) {
    const std::string label = "held" + std::to_string(i);
    m.concern(label);
    const auto handle = m.bti.gate->handle(m.id_of(label));
    BOOST_REQUIRE(handle);
    held.push_back(*handle);
  }
  m.concern("a");
  m.notes("a", kSnapshotEvents);
  m.turn_over();
  BOOST_TEST(m.snapshot("a").has_value());
}

// Recorders that know nothing of each other, all in the same few cases.
BOOST_AUTO_TEST_CASE(threads_that_evict_each_others_cases_lose_nothing) {
  Municipality m;
  for (const char* label : kCases) m.concern(label);
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t)
    threads.emplace_back([&, t] {
      Recorder recorder{*m.bti.log, *m.bti.gate};
      for (int i = 0; i < 120; ++i)
        recorder.record(
            Municipality::event("NoteAdded", kCases[(t + i) % 3], t + i,
                                {{"note", "n" + std::to_string(t) + "-" + std::to_string(i)},
                                 {"kind", "general"},
                                 {"text", "x"}}),
            {});
      recorder.drain();
    });
  for (std::thread& thread : threads) thread.join();
  m.turn_over();
  for (const char* label : kCases) {
    BOOST_TEST(m.snapshot(label).has_value());
    BOOST_TEST(m.from_scratch(label).notes == 120u);
    BOOST_TEST((m.state(label) == m.from_scratch(label)));
  }
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::bti::test
