#include "projections/recorder/recorder.h"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include "engine/crypto/system_random.h"
#include "projections/recorder/bti_log.h"
#include "projections/recorder/case_reader.h"
#include "tests/support/temporary_directory.h"

namespace stafett::bti {
BOOST_AUTO_TEST_SUITE(recorder_test)
namespace {

const TimeUs kStart = *parse_time("2026-01-12T08:00:00Z");

struct Municipality {
  testing::TemporaryDirectory directory;
  crypto::SystemRandom random;
  ManualClock clock{kStart};
  log::LogPaths paths = log::LogPaths::beside(directory.path("log"));
  BtiLog bti;
  std::unique_ptr<Recorder> recorder;

  Municipality() {
    NewBtiLog fresh;
    fresh.origin = "stafett.example/9901";
    BOOST_REQUIRE(create_log(paths, fresh, options()));
    open();
  }
  log::LogOptions options() {
    log::LogOptions options{clock, random, storage::posix_files()};
    options.checkpoint_interval = std::chrono::milliseconds{0};
    return options;
  }
  void open() {
    recorder.reset();
    bti = {};
    Result<BtiLog> opened = open_log(paths, options());
    BOOST_REQUIRE_MESSAGE(opened, (opened ? "" : opened.error().to_string()));
    bti = std::move(*opened);
    BOOST_REQUIRE_MESSAGE(!bti.log->read_only_reason(), bti.log->read_only_reason().value_or(""));
    recorder = std::make_unique<Recorder>(*bti.log, *bti.gate);
  }
  boost::json::object record(std::string_view json) {
    boost::json::object answer;
    recorder->record(boost::json::parse(json), [&](const Answer& a) { answer = a.to_json(); });
    recorder->drain();
    return answer;
  }
  void people() {
    for (
        const char* line :
        {R"({"type":"ServiceRegistered","occurredAt":"2026-01-12T07:00:00Z","actor":"admin","data":{"service":"school","kind":"school","names":{"nb":"Skole","nn":"Skule","en":"School"}}})",
         R"({"type":"PersonRegistered","occurredAt":"2026-01-12T07:00:00Z","actor":"admin","data":{"person":"lise","roles":["employee"],"service":"school","active":true}})",
         R"({"type":"PersonRegistered","occurredAt":"2026-01-12T07:00:00Z","actor":"admin","data":{"person":"odd","roles":["leader"],"service":"school","active":true}})"}) {
      const auto answer = record(line);
      BOOST_TEST(answer.contains("position"), boost::json::serialize(answer));
    }
  }
};

constexpr char kConcern[] =
    R"({"case":"case-1","type":"ConcernRaised","occurredAt":"2026-01-12T07:30:00Z","actor":"lise",
        "data":{"subject":"ola","subjectKind":"child","birthDate":"2017-05-04","source":"employee","service":"school","summary":"alone in the breaks"}})";

BOOST_AUTO_TEST_CASE(an_event_goes_in_and_its_case_can_be_read) {
  Municipality m;
  m.people();
  const auto answer = m.record(kConcern);
  BOOST_TEST(answer.contains("position"), boost::json::serialize(answer));
  m.open();  // from disk
  const CaseReader reader{*m.bti.log, *m.bti.gate};
  const auto id = reader.case_named("case-1");
  BOOST_REQUIRE(id);
  const auto state = reader.state(*id, {});
  BOOST_REQUIRE(state);
  BOOST_TEST(state->at("phase").as_string() == "clarifying");
  BOOST_TEST(state->at("subject").at("person").as_string() == "ola");
  const auto history = reader.history(*id, {});
  BOOST_REQUIRE(history);
  BOOST_REQUIRE(history->size() == 1u);
  BOOST_TEST(history->at(0).at("data").at("summary").as_string() == "alone in the breaks");
}

BOOST_AUTO_TEST_CASE(a_refused_event_is_answered_and_the_attempt_recorded) {
  Municipality m;
  m.people();
  BOOST_TEST(m.record(kConcern).contains("position"));
  const std::uint64_t before = m.bti.log->head().size.value();
  const auto twice = m.record(kConcern);
  BOOST_TEST(twice.at("error").at("code").as_string() == "case-exists");
  BOOST_TEST(twice.at("error").at("rule").as_string() == "H06");
  BOOST_TEST(m.bti.log->head().size.value() == before + 1);  // CommandRejected
  const auto stranger = m.record(
      R"({"case":"case-1","type":"ConcernConcretised","occurredAt":"2026-01-12T07:31:00Z","actor":"nobody","data":{"observations":"x"}})");
  BOOST_TEST(stranger.at("error").at("code").as_string() == "unknown-actor");
  BOOST_TEST(m.bti.log->head().size.value() == before + 1);
}

BOOST_AUTO_TEST_CASE(the_same_id_gets_the_same_answer_and_other_content_a_conflict) {
  Municipality m;
  m.people();
  auto event = boost::json::parse(kConcern).as_object();
  event["id"] = "01970000-0000-7000-8000-000000000001";
  const auto first = m.record(boost::json::serialize(event));
  BOOST_TEST(first.contains("position"));
  const std::uint64_t size = m.bti.log->head().size.value();
  BOOST_TEST((m.record(boost::json::serialize(event)) == first));
  event["data"].as_object()["summary"] = "something else";
  BOOST_TEST(m.record(boost::json::serialize(event)).at("error").at("code").as_string() ==
             "conflict");
  BOOST_TEST(m.bti.log->head().size.value() == size);
}

BOOST_AUTO_TEST_CASE(a_checkpoint_covers_what_was_recorded) {
  Municipality m;
  m.people();
  BOOST_TEST(m.record(kConcern).contains("position"));
  const auto note = m.bti.log->checkpoint_now();
  BOOST_REQUIRE_MESSAGE(note, (note ? "" : note.error().to_string()));
  BOOST_TEST(note->starts_with("stafett.example/9901\n"));
}

BOOST_AUTO_TEST_CASE(a_document_is_sealed_stored_and_read_back_and_an_orphan_is_removed) {
  Municipality m;
  m.people();
  BOOST_TEST(m.record(kConcern).contains("position"));
  Bytes document(format::kChunkBytes + 1234);
  m.random.fill(document);
  std::size_t at = 0;
  const auto source = [&](std::span<std::uint8_t> out) -> Result<std::size_t> {
    const std::size_t some = std::min(out.size(), document.size() - at);
    std::copy_n(document.begin() + static_cast<std::ptrdiff_t>(at), some, out.begin());
    at += some;
    return some;
  };
  auto event = parse_event(boost::json::parse(
      R"({"id":"01970000-0000-7000-8000-000000000009","case":"case-1","type":"AttachmentAdded","occurredAt":"2026-01-12T07:40:00Z","actor":"lise",
          "data":{"attachment":"a1","kind":"observation","title":"week 2","digest":"0000000000000000000000000000000000000000000000000000000000000000","bytes":1049810,"mediaType":"text/plain"}})"));
  BOOST_REQUIRE(event);
  event->attachment = source;
  const Answer answer = m.recorder->record_and_wait(*event);
  BOOST_REQUIRE_MESSAGE(answer.accepted(), boost::json::serialize(answer.to_json()));
  // Handed in again with its document, it gets its first answer.
  at = 0;
  const Answer again = m.recorder->record_and_wait(*event);
  BOOST_REQUIRE_MESSAGE(again.accepted(), boost::json::serialize(again.to_json()));
  BOOST_TEST((std::get<Recorded>(again.result).receipt.position ==
              std::get<Recorded>(answer.result).receipt.position));
  const auto opened = m.bti.log->opener().open(std::get<Recorded>(answer.result).receipt.position);
  BOOST_REQUIRE(opened);
  Bytes read;
  const log::AttachmentPlace place{m.bti.log->store(), m.bti.log->vault(), m.random,
                                   m.bti.log->origin_hash()};
  BOOST_REQUIRE(log::read_attachment(place, opened->entry.intent.event_id, opened->stream->domain,
                                     opened->entry.intent.parts.back(),
                                     [&](ByteView bytes) -> Result<void> {
                                       append(read, bytes);
                                       return {};
                                     }));
  BOOST_TEST((read == document));

  const format::PartCommitment promised = opened->entry.intent.parts.back();
  format::PartCommitment longer = promised;
  ++longer.length;
  const auto pass_over = [](ByteView) -> Result<void> { return {}; };
  const Result<void> of_another_length = log::read_attachment(
      place, opened->entry.intent.event_id, opened->stream->domain, longer, pass_over);
  BOOST_REQUIRE(!of_another_length);
  BOOST_TEST((of_another_length.error().code() == Errc::corrupt));

  // A document whose end cannot be read leaves nothing, and may be tried again.
  EventId half;
  half.data()[0] = 6;
  bool begun = false;
  const auto broken = [&](std::span<std::uint8_t> out) -> Result<std::size_t> {
    if (std::exchange(begun, true)) return Error{Errc::io, "unplugged"};
    return out.size();
  };
  BOOST_REQUIRE(!log::store_attachment(place, half, opened->stream->domain, broken));
  BOOST_TEST(m.bti.log->store().attachment_events()->size() == 1u);
  at = 0;
  BOOST_REQUIRE(log::store_attachment(place, half, opened->stream->domain, source));

  at = 0;
  EventId orphan;
  orphan.data()[0] = 7;
  BOOST_REQUIRE(log::store_attachment(place, orphan, opened->stream->domain, source));
  m.open();
  BOOST_TEST(m.bti.log->store().attachment_events()->size() == 1u);
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::bti
