// One entry of a bundle and what was opened of it: judged as it was when it was recorded.

#include "projections/bundle/entry_check.h"

#include <algorithm>
#include <boost/json.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "engine/base/encoding.h"
#include "engine/crypto/seeded_random.h"
#include "projections/gate/event_source.h"
#include "projections/gate/part_maker.h"
#include "tests/support/repeated.h"

namespace stafett::bti {
BOOST_AUTO_TEST_SUITE(entry_check_test)
namespace {

using stafett::testing::repeated;

const SubjectId kCase = repeated<SubjectId>(7);
const EventId kNote = repeated<EventId>(1);
const EventId kCorrection = repeated<EventId>(2);

class OneCase final : public EncodeContext {
 public:
  Resolved<ActorId> person(std::string_view) override { return {repeated<ActorId>(3), false}; }
  Resolved<SubjectId> case_id(std::string_view) override { return {kCase, false}; }
  std::optional<EventId> event(std::string_view) override { return kNote; }
  std::optional<EventType> type_of(const EventId&) override { return EventType::NOTE_ADDED; }
};

struct Bundled {
  BundleRecord record;
  log::Findings findings{100};
  EntryCheck check{record, findings};
  crypto::SeededRandom random{1};
  std::uint64_t next = 0;
  Hash head{};

  // The next event of the case's stream in this lane.
  EntryLine line(const char* type, const boost::json::object& data, const EventId& id,
                 std::uint8_t lane, std::optional<format::Intent::Verified> verified = {}) {
    const StreamId stream = repeated<StreamId>(static_cast<std::uint8_t>(0x40 + lane));
    record.streams[stream].record = {format::StreamKind::case_, lane, kCase, {}};
    OneCase context;
    auto encoded = encode(*registry().find(std::string_view{type}), kCase, data, context);
    BOOST_REQUIRE(encoded);
    EntryLine out;
    out.position = Position{100 + next};
    out.parts = open_parts(*encoded, random);
    format::Intent intent;
    intent.event_id = id;
    intent.stream_id = stream;
    intent.occurred_at = intent.asserted_at = TimeUs{1'771'923'600'000'000};
    intent.verified = verified;
    for (const format::OpenPart& part : out.parts) intent.parts.push_back(commit(part, id));
    const std::vector<Hash> sealed(out.parts.size(), repeated<Hash>(9));
    format::Stamp stamp;
    stamp.version = Version{next++};
    stamp.recorded_at = intent.occurred_at;
    stamp.previous = head;
    format::GroupSignature signature;
    signature.count = 1;
    out.entry = format::encode_entry(stamp, signature, sealed, {}, format::encode(intent));
    head = transparency::leaf_hash(out.entry);
    return out;
  }
  EntryLine note(std::uint8_t lane, const EventId& id = kNote) {
    return line("NoteAdded", {{"note", "n1"}, {"kind", "general"}, {"text", "a talk"}}, id, lane);
  }
  // What is wrong, beside the signature, which nobody made here.
  std::string told(const EntryLine& line, std::optional<EarlierEvent> earlier = {}) {
    findings.take_sorted();
    (void)check.check(line, [&](const EventId&) { return earlier; });
    std::string text;
    for (const log::VerifyError& error : findings.take_sorted())
      if (error.code != log::code::kKeyUnknown && error.code != log::code::kSignature)
        text += error.code + ": " + error.detail + "\n";
    return text;
  }
};

BOOST_AUTO_TEST_CASE(an_id_that_another_entry_of_the_case_has_is_told) {
  Bundled bundled;
  BOOST_TEST(bundled.told(bundled.note(1)) == "");
  BOOST_TEST(bundled.told(bundled.note(1)).starts_with("duplicate-id"));
  bundled.check.begin_case();
  BOOST_TEST(bundled.told(bundled.note(1)) == "");  // of another case: only its own are remembered
}

BOOST_AUTO_TEST_CASE(a_checkpoint_that_an_actor_had_verified_is_one_of_the_log) {
  const boost::json::object data{{"note", "n1"}, {"kind", "general"}, {"text", "a talk"}};
  const auto told = [&](std::uint64_t size, std::uint8_t root) {
    Bundled bundled;
    bundled.record.consistent.push_back({TreeSize{50}, repeated<Hash>(5)});
    return bundled.told(
        bundled.line("NoteAdded", data, kNote, 1,
                     format::Intent::Verified{TreeSize{size}, repeated<Hash>(root)}));
  };
  BOOST_TEST(told(50, 5) == "");
  BOOST_TEST(told(60, 6) == "");  // the bundle knows none of that size
  BOOST_TEST(told(50, 6).starts_with("checkpoint-fork"));
  BOOST_TEST(told(101, 5).starts_with("checkpoint-fork"));  // it is entry 100
}

struct Lane {
  const char* name;
  const char* type;
  boost::json::object data;
  std::vector<std::uint8_t> right;
};
std::ostream& operator<<(std::ostream& out, const Lane& lane) {
  return out << lane.name;
}
const Lane kLanes[] = {
    {"open_or_not_yet", "NoteAdded", {{"note", "n1"}, {"kind", "general"}, {"text", "x"}}, {0, 1}},
    {"moved_to_barnevern",
     "NoteAdded",
     {{"note", "n1"}, {"kind", "general"}, {"text", "x"}, {"compartment", "barnevern"}},
     {3}},
    {"report_is_barnevern", "Level0Decided", {{"outcome", "report"}, {"reason", "x"}}, {3}},
    {"closing_is_level0", "Level0Decided", {{"outcome", "close"}, {"reason", "x"}}, {1}},
};

BOOST_DATA_TEST_CASE(an_event_in_a_lane_that_it_does_not_belong_in_is_told,
                     boost::unit_test::data::make(kLanes), wanted) {
  for (std::uint8_t lane = 0; lane < lane_of(Compartment::access); ++lane) {
    Bundled bundled;
    const std::string told = bundled.told(bundled.line(wanted.type, wanted.data, kNote, lane));
    const bool is_right = std::ranges::find(wanted.right, lane) != wanted.right.end();
    BOOST_TEST(told == (is_right ? "" : "part-digest: in a lane that it does not belong in\n"),
               "lane " << int{lane} << ": " << told);
  }
}

BOOST_AUTO_TEST_CASE(a_correction_lies_where_its_target_does_and_behind_it) {
  const boost::json::object data{
      {"target", to_uuid_text(kNote.view())}, {"reason", "x"}, {"void", true}};
  const auto told = [&](std::optional<EarlierEvent> target, std::uint8_t lane) {
    Bundled bundled;
    return bundled.told(bundled.line("EntryCorrected", data, kCorrection, lane), target);
  };
  BOOST_TEST(told(EarlierEvent{EventType::NOTE_ADDED, 3}, 3) == "");
  BOOST_TEST(told(EarlierEvent{EventType::NOTE_ADDED, 3}, 0) ==
             "part-digest: not in the lane of what it corrects\n");
  BOOST_TEST(told({}, 3) == "part-digest: corrects what is not before it in its case\n");
}

BOOST_AUTO_TEST_CASE(an_event_of_another_kind_of_stream_is_told) {
  Bundled bundled;
  const EntryLine read = bundled.line(
      "EntryRead",
      {{"reader", "uma"}, {"capacity", "auditor"}, {"purpose", "supervision"}, {"visit", "v"}},
      kNote, 0);
  BOOST_TEST(bundled.told(read) == "part-digest: an event of another kind of stream\n");
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::bti
