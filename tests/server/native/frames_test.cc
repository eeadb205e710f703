// The frames of the native stream: their bytes, and what is not taken for one.

#include <boost/test/unit_test.hpp>
#include <random>

#include "engine/base/encoding.h"
#include "server/native/append_outcome.h"
#include "server/native/credit_account.h"
#include "server/native/event_writer.h"
#include "server/native/frame_reader.h"
#include "server/native/sign_in_message.h"
#include "tests/engine/format/worked_page.h"
#include "tests/server/native/golden_frames.h"
#include "tests/support/code_of.h"
#include "tests/support/rounds.h"

namespace stafett::server::native {
BOOST_AUTO_TEST_SUITE(frames_test)
namespace {

using testing::client_frames;
using testing::filled;
using testing::server_frames;

template <class Frame>
Bytes frame_bytes(const Frame& frame) {
  Bytes bytes;
  BOOST_REQUIRE(write_frame(bytes, frame));
  return bytes;
}
ByteView body(const Bytes& frame) {
  return ByteView{frame}.subspan(kLengthBytes);
}

// An append of many events that all point at one intent of 16 KiB.
Bytes append_of_shared_intent(std::uint64_t events) {
  constexpr std::uint64_t kIntentBytes = 16 * 1024, kDataWord = std::uint64_t{1} << 32;
  Bytes frame;
  const auto word = [&](std::uint64_t value) { append(frame, little_endian(value)); };
  const auto pointers = [](std::uint64_t count) { return count << 48; };
  const auto list = [](std::uint64_t offset, std::uint64_t size_code, std::uint64_t count) {
    return 1 | offset << 2 | size_code << 32 | count << 35;
  };
  word(kDataWord | pointers(1));  // ClientFrame
  word(2);                        // append
  word(kDataWord | pointers(2));  // Append
  word(7);                        // request
  word(list(1, 2, 64));           // signature
  word(list(8, 7, 3 * events));
  for (int i = 0; i < 8; ++i) word(0);
  word(events << 2 | kDataWord | pointers(2));  // of each event
  for (std::uint64_t i = 0; i < events; ++i) {
    word(1);  // mode
    word(list(3 * (events - i) - 2, 2, kIntentBytes));
    word(0);
  }
  frame.resize(frame.size() + kIntentBytes);
  return frame;
}

std::map<std::string, Bytes> made() {
  std::map<std::string, Bytes> all;
  for (const auto& [name, frame] : client_frames()) all[name] = frame_bytes(frame);
  for (const auto& [name, frame] : server_frames()) all[name] = frame_bytes(frame);
  all["sign-in-message"] =
      sign_in_message(filled<Hash>(0xee), filled<Challenge>(0xcc), filled<KeyId>(0x11), {});
  return all;
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_page_shows_the_bytes_of_every_kind_of_frame) {
  const auto blocks = format::worked_blocks("../reference/native-stream.md");
  const auto all = made();
  for (const auto& [name, bytes] : all) {
    const auto block = blocks.find(name);
    BOOST_TEST((block != blocks.end()), name << " is not there; it holds " << to_hex(bytes));
    if (block != blocks.end()) BOOST_TEST(format::digits(block->second) == to_hex(bytes), name);
  }
  for (const auto& [name, lines] : blocks) BOOST_TEST(all.contains(name), name);
}

BOOST_AUTO_TEST_CASE(what_was_written_is_read) {
  for (const auto& [name, frame] : client_frames()) {
    const Bytes bytes = frame_bytes(frame);
    const auto again = read_client_frame(body(bytes));
    BOOST_REQUIRE_MESSAGE(again, name);
    BOOST_TEST((frame_bytes(*again) == bytes), name);
  }
  for (const auto& [name, frame] : server_frames()) {
    const Bytes bytes = frame_bytes(frame);
    const auto again = read_server_frame(body(bytes));
    BOOST_REQUIRE_MESSAGE(again, name);
    BOOST_TEST((frame_bytes(*again) == bytes), name);
  }
}

BOOST_AUTO_TEST_CASE(a_bit_that_is_flipped_gives_a_frame_or_an_error) {
  for (const auto& [name, bytes] : made()) {
    if (name == "sign-in-message") continue;
    for (std::size_t bit = kLengthBytes * 8; bit < bytes.size() * 8; ++bit) {
      Bytes flipped = bytes;
      flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1u << bit % 8));
      (void)read_client_frame(body(flipped));
      (void)read_server_frame(body(flipped));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_kind_of_frame_from_the_future_is_unsupported) {
  Bytes bytes = frame_bytes(ClientFrame{CancelFrame{8}});
  bytes[kLengthBytes + 8] = 99;  // which of the union
  BOOST_TEST((code_of(read_client_frame(body(bytes))) == Errc::unsupported));
  BOOST_TEST((code_of(read_server_frame(body(bytes))) == Errc::unsupported));
}

BOOST_AUTO_TEST_CASE(what_a_client_may_not_say_is_refused) {
  const auto refused = [](const ClientFrame& frame) {
    return code_of(read_client_frame(body(frame_bytes(frame))));
  };
  BOOST_TEST((refused(CancelFrame{0}) == Errc::malformed));
  BOOST_TEST((refused(GrantFrame{0, {1, 1}}) == Errc::malformed));
  BOOST_TEST((refused(AppendFrame{1, {}}) == Errc::malformed));
  SubscribeFrame subscribe;
  subscribe.request = 1;
  subscribe.visit = "\xff";
  BOOST_TEST((refused(subscribe) == Errc::malformed));
  subscribe.visit = std::string(kTextBytesMax + 1, 'x');
  BOOST_TEST((refused(subscribe) == Errc::too_large));
  subscribe.visit = "v";
  subscribe.types.assign(kTypesMax + 1, "NoteAdded");
  BOOST_TEST((refused(subscribe) == Errc::too_large));
  AppendFrame append{1, {{{Bytes(format::kIntentBytesMax + 1), {}}}, {}}};
  BOOST_TEST((refused(append) == Errc::too_large));
  append.group.events = {{{1}, {testing::fact_opening(), testing::fact_opening()}}};
  BOOST_TEST((refused(append) == Errc::malformed));
  append.group.events = {{{1}, {}, static_cast<format::Mode>(9)}};
  BOOST_TEST((refused(append) == Errc::unsupported));
}

BOOST_AUTO_TEST_CASE(a_frame_whose_parts_share_bytes_is_not_made_much_larger_than_it_is) {
  BOOST_TEST(read_client_frame(append_of_shared_intent(1)).has_value());
  BOOST_TEST((code_of(read_client_frame(append_of_shared_intent(1000))) == Errc::malformed));
}

BOOST_AUTO_TEST_CASE(a_frame_that_is_too_large_is_not_written) {
  AppendFrame append{1, {}};
  append.group.events.assign(
      5, {Bytes(8), {{format::PartClass::fact, {}, Bytes(250'000)}}, format::Mode::live});
  Bytes bytes{1};
  BOOST_TEST((code_of(write_frame(bytes, ClientFrame{append})) == Errc::too_large));
  BOOST_TEST(bytes.size() == 1u);
}

BOOST_AUTO_TEST_CASE(the_largest_event_fits_in_a_frame) {
  std::vector<format::OpenPart> openings;
  for (const auto one :
       {format::PartClass::fact, format::PartClass::narrative, format::PartClass::identity})
    openings.push_back({one, {}, Bytes(format::kPlaintextBytesMax)});
  const Bytes entry(format::kEntryBytesMax);
  Bytes bytes;
  BOOST_REQUIRE(EventWriter{}.write(bytes, {1, Position{0}, entry, openings, filled<SubjectId>(1)},
                                    log::PartSet::all()));
  BOOST_TEST(read_server_frame(body(bytes)).has_value());
}

BOOST_AUTO_TEST_CASE(a_writer_leaves_nothing_of_one_event_in_the_next) {
  const auto frame_by = [](EventWriter& writer, std::size_t entry_bytes, std::size_t part_bytes) {
    const std::vector<format::OpenPart> openings{
        {format::PartClass::fact, {}, Bytes(part_bytes, 0xff)}};
    Bytes bytes;
    BOOST_REQUIRE(writer.write(bytes, {1, Position{0}, Bytes(entry_bytes, 0xff), openings, {}},
                               log::PartSet::all()));
    return bytes;
  };
  EventWriter used;
  for (const auto& [entry_bytes, part_bytes] : std::vector<std::pair<std::size_t, std::size_t>>{
           {4001, 9001}, {3, 1}, {65'535, 200'001}, {11, 0}}) {
    EventWriter fresh;
    BOOST_TEST(
        (frame_by(used, entry_bytes, part_bytes) == frame_by(fresh, entry_bytes, part_bytes)));
  }
}

BOOST_AUTO_TEST_CASE(frames_are_found_in_bytes_that_come_in_any_pieces) {
  const std::uint64_t seed = stafett::testing::seed_from_environment(std::random_device{}());
  std::mt19937_64 random{seed};
  Bytes stream;
  std::vector<Bytes> want;
  for (int round = 0; round < 50; ++round)
    for (const auto& [name, frame] : client_frames()) {
      const Bytes one = frame_bytes(frame);
      append(stream, one);
      want.emplace_back(one.begin() + kLengthBytes, one.end());
    }
  FrameReader reader{kFrameBytesMax, 64};
  std::vector<Bytes> got;
  for (std::size_t at = 0; at < stream.size();) {
    const auto room = reader.prepare();
    const std::size_t count =
        std::min({room.size(), stream.size() - at, std::size_t{1} + random() % 300});
    std::copy_n(stream.begin() + static_cast<std::ptrdiff_t>(at), count, room.begin());
    reader.commit(count);
    at += count;
    while (true) {
      const auto next = reader.next();
      BOOST_REQUIRE_MESSAGE(next, "seed " << seed);
      if (!*next) break;
      got.emplace_back((*next)->begin(), (*next)->end());
    }
  }
  BOOST_TEST((got == want), "seed " << seed);
  BOOST_TEST(reader.is_empty());
}

BOOST_AUTO_TEST_CASE(a_length_that_is_not_allowed_is_refused_before_its_frame_has_come) {
  const auto verdict = [](std::uint32_t length) {
    FrameReader reader{kFirstFrameBytesMax};
    const auto bytes = little_endian(length);
    std::ranges::copy(bytes, reader.prepare().begin());
    reader.commit(bytes.size());
    return code_of(reader.next());
  };
  BOOST_TEST((verdict(kFirstFrameBytesMax + 8) == Errc::too_large));
  BOOST_TEST((verdict(UINT32_MAX) == Errc::too_large));
  BOOST_TEST((verdict(0) == Errc::malformed));
  BOOST_TEST((verdict(12) == Errc::malformed));
}

BOOST_AUTO_TEST_CASE(memory_is_for_bytes_that_have_come) {
  FrameReader reader{kFrameBytesMax, 1024};
  std::ranges::copy(little_endian(std::uint32_t{kFrameBytesMax}), reader.prepare().begin());
  reader.commit(kLengthBytes);
  BOOST_TEST(reader.prepare().size() <= 1024u);
}

BOOST_AUTO_TEST_CASE(credit_is_spent_by_events_and_by_bytes) {
  CreditAccount credit;
  BOOST_TEST(!credit.may_send());
  BOOST_REQUIRE(credit.grant({2, 100}));
  credit.spend(60);
  BOOST_TEST(credit.may_send());
  credit.spend(60);  // the last goes beyond
  BOOST_TEST(!credit.may_send());
  BOOST_REQUIRE(credit.grant({10, 0}));
  BOOST_TEST(!credit.may_send());
  BOOST_REQUIRE(credit.grant({0, 20}));
  BOOST_TEST(!credit.may_send());  // what went beyond is paid first
  BOOST_REQUIRE(credit.grant({0, 1}));
  BOOST_TEST(credit.may_send());
  BOOST_TEST((code_of(credit.grant({CreditAccount::kOutstandingMax, 0})) == Errc::too_large));
  BOOST_TEST((code_of(credit.grant({0, UINT64_MAX})) == Errc::too_large));
  BOOST_TEST((code_of(credit.grant({UINT64_MAX, 1})) == Errc::too_large));
  BOOST_TEST(credit.events() == 10u);
}

// The longest that each can be, in an answer of as many as there may be.
BOOST_AUTO_TEST_CASE(every_answer_fits_into_a_frame) {
  log::Receipt receipt;
  receipt.path.resize(format::kPathHashesMax);
  AnswerFrame answer{1, std::vector<AppendOutcome>(kAppendEventsMax, receipt)};
  Bytes bytes;
  BOOST_TEST(write_frame(bytes, ServerFrame{answer}).has_value());
  Refused refused{{"refused-for-some-reason", "a-rule-of-the-gate", std::string(1000, 'x'), "/a"}};
  answer.outcomes.assign(format::kSignedGroupMax, refused);
  BOOST_TEST(!write_frame(bytes, ServerFrame{answer}));
  bytes.clear();
  write_answer(bytes, answer);
  const auto read = read_server_frame(ByteView{bytes}.subspan(kLengthBytes));
  BOOST_REQUIRE(read);
  const auto& outcomes = std::get<AnswerFrame>(*read).outcomes;
  BOOST_TEST(outcomes.size() == format::kSignedGroupMax);
  const log::Refusal& shown = std::get<Refused>(outcomes.back()).refusal;
  BOOST_TEST(shown.code == refused.refusal.code);
  BOOST_TEST(shown.rule == refused.refusal.rule);
  BOOST_TEST(shown.detail == "");
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::server::native
