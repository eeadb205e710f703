// Where streams end: what the log says of it, and what the entries say.

#include "engine/log/stream_heads.h"

#include <future>

#include "engine/log/daily_heads.h"
#include "engine/log/verify/order_check.h"
#include "tests/engine/log/verify/test_log.h"

namespace stafett::log::verify_testing {
BOOST_AUTO_TEST_SUITE(stream_heads_test)
namespace {

struct Streams {
  TestLog log;
  std::vector<StreamId> ids;
  Streams() {
    for (int i = 0; i < 9; ++i) ids.push_back(log.new_stream());
    for (std::size_t i = 0; i < 40; ++i) log.append(ids[i % ids.size()]);
  }
  VerifyReport verify() {
    log.close();
    return log.verify();
  }
};

BOOST_AUTO_TEST_CASE(every_stream_is_proven_to_end_where_it_ends) {
  Streams s;
  const auto recorded = record_stream_heads(s.log.log());
  BOOST_REQUIRE(recorded);
  const storage::Store& store = s.log.log().store();
  std::size_t streams = 0;
  BOOST_REQUIRE(
      store.scan_streams([&](const StreamId&, Version version, Position) -> Result<storage::Scan> {
        if (version == Version{0}) ++streams;
        return storage::Scan::more;
      }));
  BOOST_TEST(recorded->heads.count == streams);
  for (const StreamId& id : s.ids) {
    const auto proof = recorded->tree.proof_of(id);
    const auto head = store.stream_head(id);
    BOOST_REQUIRE((head && *head));
    if (!proof) {
      BOOST_ERROR("a stream without its proof");
      continue;
    }
    const auto last = store.entry((*head)->position);
    BOOST_REQUIRE(last);
    BOOST_TEST(proof->end.next_version == (*head)->version.value() + 1);
    BOOST_TEST((proof->end.head == transparency::leaf_hash(*last)));
    BOOST_TEST(!!verify_stream_end(recorded->heads, proof->end, proof->index, proof->path));
    StreamEnd shorter = proof->end;
    --shorter.next_version;
    BOOST_TEST(!verify_stream_end(recorded->heads, shorter, proof->index, proof->path));
  }
  BOOST_TEST(!recorded->tree.proof_of(s.log.new_stream()));
}

BOOST_AUTO_TEST_CASE(streams_end_at_a_size_as_they_ended_then) {
  Streams s;
  const TreeSize then = s.log.log().head().size;
  const auto before = stream_ends_at(s.log.log().store(), then);
  BOOST_REQUIRE(before);
  for (int i = 0; i < 3; ++i) s.log.append(s.ids[0]);
  s.log.append(s.log.new_stream());
  const auto after = stream_ends_at(s.log.log().store(), then);
  BOOST_REQUIRE(after);
  BOOST_TEST((after->ends() == before->ends() && after->root() == before->root()));
}

BOOST_AUTO_TEST_CASE(what_is_recorded_of_the_streams_ends_verifies) {
  Streams s;
  BOOST_REQUIRE(record_stream_heads(s.log.log()));
  s.log.append(s.ids[0]);
  BOOST_REQUIRE(record_stream_heads(s.log.log()));
  BOOST_REQUIRE(record_stream_heads(s.log.log()));
  const VerifyReport report = s.verify();
  BOOST_TEST(report.ok, described(report));
}

// A program with the system's key says something else.
struct Lie {
  const char* name;
  void (*tell)(format::StreamHeads&);
};
std::ostream& operator<<(std::ostream& out, const Lie& lie) {
  return out << lie.name;
}
const Lie kLies[] = {
    {"another_root", [](format::StreamHeads& heads) { heads.root.data()[0] ^= 1; }},
    {"another_count", [](format::StreamHeads& heads) { ++heads.count; }},
    {"of_a_smaller_size", [](format::StreamHeads& heads) { heads.size = TreeSize{3}; }},
    {"of_a_larger_size",
     [](format::StreamHeads& heads) { heads.size = TreeSize{heads.size.value() + 2}; }},
    {"of_no_size_at_all", [](format::StreamHeads& heads) { heads.size = TreeSize{UINT64_MAX}; }},
};

BOOST_AUTO_TEST_CASE(ends_that_the_streams_did_not_have_are_told) {
  for (const Lie& lie : kLies) {
    Streams s;
    const auto system = s.log.enrol_system();
    const TreeSize size = s.log.log().head().size;
    const auto ends = stream_ends_at(s.log.log().store(), size);
    BOOST_REQUIRE(ends);
    format::StreamHeads heads{size, ends->count(), ends->root()};
    lie.tell(heads);
    const Position position = s.log.append_engine(heads, *system);
    for (int i = 0; i < 4; ++i) s.log.append(s.ids[0]);
    const VerifyReport report = s.verify();
    BOOST_TEST_CONTEXT(lie << ": " << described(report)) {
      BOOST_TEST(has(report, "stream-link", "entry", position));
      BOOST_TEST(report.error_count == 1u);
    }
  }
}

// Every day the newest are compared; an old one when it is asked for.
BOOST_AUTO_TEST_CASE(an_old_lie_is_told_when_all_are_compared) {
  Streams s;
  const auto system = s.log.enrol_system();
  const auto ends = stream_ends_at(s.log.log().store(), s.log.log().head().size);
  BOOST_REQUIRE(ends);
  const format::StreamHeads lie{s.log.log().head().size, ends->count() + 1, ends->root()};
  const Position position = s.log.append_engine(lie, *system);
  for (std::size_t i = 0; i < OrderPlace::kNewestHeads; ++i)
    BOOST_REQUIRE(record_stream_heads(s.log.log()));
  s.log.close();
  BOOST_TEST(s.log.verify().ok);
  VerifyOptions options;
  options.all_heads = true;
  const VerifyReport report = s.log.verify(options);
  BOOST_TEST(has(report, "stream-link", "entry", position));
  BOOST_TEST(report.error_count == 1u);
}

constexpr std::int64_t kDayUs = std::int64_t{24} * 3600 * 1'000'000;

bool recorded(DailyHeads& daily) {
  const auto done = daily.record_if_due();
  BOOST_REQUIRE(done);
  return *done;
}

BOOST_AUTO_TEST_CASE(a_running_log_says_once_a_day_where_its_streams_end) {
  Streams s;
  const auto days = [&](std::int64_t count) {
    s.log.clock().set(TimeUs{s.log.clock().now().value() + count * kDayUs});
  };
  {
    DailyHeads daily{s.log.log(), std::chrono::seconds{0}, {}};
    BOOST_TEST(recorded(daily));
    s.log.append(s.ids[0]);
    BOOST_TEST(!recorded(daily));  // the same day
    days(1);
    BOOST_TEST(recorded(daily));
    days(1);
    BOOST_TEST(!recorded(daily));  // nothing but this was recorded since
  }
  s.log.append(s.ids[0]);
  DailyHeads again{s.log.log(), std::chrono::seconds{0}, {}};  // after a restart
  BOOST_TEST(recorded(again));
  s.log.append(s.ids[0]);
  DailyHeads once_more{s.log.log(), std::chrono::seconds{0}, {}};
  BOOST_TEST(!recorded(once_more));
  const VerifyReport report = s.verify();
  BOOST_TEST(report.ok, described(report));
}

BOOST_AUTO_TEST_CASE(a_clock_that_was_ahead_does_not_silence_it_once_it_is_set_right) {
  Streams s;
  const TimeUs right = s.log.clock().now();
  DailyHeads daily{s.log.log(), std::chrono::seconds{0}, {}};
  s.log.clock().set(TimeUs{right.value() + 365 * kDayUs});
  BOOST_TEST(recorded(daily));
  s.log.clock().set(right);
  s.log.append(s.ids[0]);
  BOOST_TEST(recorded(daily));
  s.log.append(s.ids[0]);
  BOOST_TEST(!recorded(daily));  // the same day
}

BOOST_AUTO_TEST_CASE(a_thread_that_waits_for_its_hour_ends_at_once) {
  Streams s;
  const TreeSize size = s.log.log().head().size;
  { DailyHeads daily{s.log.log(), std::chrono::hours{1}, {}}; }
  BOOST_TEST((s.log.log().head().size == size));
}

BOOST_AUTO_TEST_CASE(what_is_to_be_done_besides_is_done_each_time_it_looks) {
  Streams s;
  std::promise<void> twice;
  int count = 0;
  DailyHeads daily{s.log.log(), std::chrono::seconds{1}, {}, [&] {
                     if (++count == 2) twice.set_value();
                   }};
  BOOST_TEST((twice.get_future().wait_for(std::chrono::minutes{1}) == std::future_status::ready));
}

BOOST_AUTO_TEST_CASE(the_end_of_no_stream_is_a_root_too) {
  BOOST_TEST((StreamEndTree{}.root() == transparency::empty_root()));
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::log::verify_testing
