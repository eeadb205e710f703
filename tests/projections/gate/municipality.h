#pragma once
// A municipality of its own whose gate holds few cases, so that they leave it and come back.

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include "engine/base/encoding.h"
#include "engine/crypto/system_random.h"
#include "projections/recorder/bti_log.h"
#include "projections/recorder/recorder.h"
#include "projections/state/case_build.h"
#include "tests/support/temporary_directory.h"

namespace stafett::bti::test {

struct Municipality {
  testing::TemporaryDirectory directory;
  crypto::SystemRandom random;
  ManualClock clock{*parse_time("2026-01-12T08:00:00Z")};
  log::LogPaths paths = log::LogPaths::beside(directory.path("log"));
  BtiLog bti;
  std::unique_ptr<Recorder> recorder;
  int fillers = 0;

  Municipality() {
    NewBtiLog fresh;
    fresh.origin = "stafett.example/9901";
    BOOST_REQUIRE(create_log(paths, fresh, options()));
    open();
    recorded("ServiceRegistered", "", 0,
             R"({"service":"school","kind":"school","names":{"nb":"S","nn":"S","en":"S"}})");
    recorded("PersonRegistered", "", 0,
             R"({"person":"lise","roles":["employee"],"service":"school","active":true})");
    concern("filler");
  }
  ~Municipality() { recorder.reset(); }
  log::LogOptions options() {
    log::LogOptions options{clock, random, storage::posix_files()};
    options.checkpoint_interval = std::chrono::milliseconds{0};
    return options;
  }
  void close() {
    recorder.reset();
    bti = {};
  }
  void open(std::size_t cases_max = 1) {
    close();
    Result<BtiLog> opened = open_log(paths, options(), cases_max);
    BOOST_REQUIRE_MESSAGE(opened, (opened ? "" : opened.error().to_string()));
    bti = std::move(*opened);
    BOOST_REQUIRE_MESSAGE(!bti.log->read_only_reason(), bti.log->read_only_reason().value_or(""));
    recorder = std::make_unique<Recorder>(*bti.log, *bti.gate);
  }

  // `second`s after seven that day.
  static JsonEvent event(const std::string& type, const std::string& case_label, int second,
                         boost::json::object data) {
    JsonEvent event;
    event.type = type;
    event.actor = "admin";
    event.mode = Mode::imported;  // what a mode does not check, it records
    event.occurred_at =
        TimeUs{parse_time("2026-01-12T07:00:00Z")->value() + std::int64_t{second} * 1'000'000};
    if (!case_label.empty()) event.case_label = case_label;
    if (case_label.empty()) event.mode = Mode::live;
    event.data = std::move(data);
    return event;
  }
  EventId recorded(const std::string& type, const std::string& case_label, int second,
                   const std::string& data) {
    const Answer answer = recorder->record_and_wait(
        event(type, case_label, second, boost::json::parse(data).as_object()));
    BOOST_REQUIRE_MESSAGE(answer.accepted(), boost::json::serialize(answer.to_json()));
    return *answer.id;
  }
  void concern(const std::string& label) {
    recorded("ConcernRaised", label, 0,
             R"({"subject":")" + label + R"(-child","subjectKind":"child","source":"employee",
                 "service":"school","summary":"alone in the breaks"})");
  }
  EventId note(const std::string& label, const std::string& id, int second) {
    return recorded("NoteAdded", label, second,
                    R"({"note":")" + id + R"(","kind":"general","text":"it goes well"})");
  }
  // So many notes, from number `from` on.
  void notes(const std::string& label, int count, int from = 1) {
    for (int i = from; i < from + count; ++i) note(label, "n" + std::to_string(i), i);
  }
  // All cases leave the gate, and what they leave behind is stored.
  void turn_over() {
    const auto filler = [&] {
      ++fillers;
      note("filler", "f" + std::to_string(fillers), fillers);
    };
    filler();  // so that the sequencer has let go of all before
    for (int i = 0; i < 4; ++i) BOOST_REQUIRE(bti.gate->handle(random_id<SubjectId>(random)));
    filler();
    filler();
  }

  SubjectId id_of(const std::string& label) const {
    const auto id = bti.gate->labels().find(log::LabelSpace::subject, label);
    BOOST_REQUIRE((id && *id));
    return SubjectId{**id};
  }
  // As the gate has it.
  CaseState state(const std::string& label) const {
    const auto handle = bti.gate->handle(id_of(label));
    BOOST_REQUIRE(handle);
    const std::lock_guard lock{(*handle)->mutex};
    return (*handle)->record.state();
  }
  std::vector<EventPtr> events(const std::string& label) const {
    const auto record = bti.gate->source().subject(id_of(label));
    BOOST_REQUIRE((record && *record));
    const auto events = bti.gate->source().of_case(**record, bti.log->head().size);
    BOOST_REQUIRE(events);
    return *events;
  }
  CaseState from_scratch(const std::string& label) const {
    return build(id_of(label), events(label));
  }
  std::optional<Bytes> snapshot(const std::string& label) const {
    const auto found = bti.log->index().snapshot(id_of(label));
    BOOST_REQUIRE(found);
    return *found;
  }
  // Into the database, past the log. REQUIRES: nothing is in flight.
  void store_row(storage::IndexRow row) {
    storage::SealedBatch batch;
    batch.first = Position{bti.log->store().size().value()};
    batch.labels.push_back(std::move(row));
    BOOST_REQUIRE(bti.log->store().commit(batch, {}));
  }
};

}  // namespace stafett::bti::test
