// Unusual reading is told by the read that makes it so, and by nothing else.

#include "server/watch/reading_watch.h"

#include <condition_variable>

#include "tests/server/reported/reported_town.h"

namespace stafett::server::test {
BOOST_AUTO_TEST_SUITE(reading_watch_test)
namespace {

constexpr int kLimit = 20;  // readVolumeLimit

// What was told, in order, for a test to wait for.
class Heard final {
 public:
  ReadingWatch::Told told() {
    return [this](const UnusualReading& reading) { add(reading.rule + " " + reading.request); };
  }
  ReadingWatch::Failed failed() {
    return [this](const Error& error) { add("failed: " + error.to_string()); };
  }
  std::vector<std::string> first(std::size_t count) {
    std::unique_lock lock{mutex_};
    news_.wait_for(lock, std::chrono::seconds{60}, [&] { return all_.size() >= count; });
    return all_;
  }

 private:
  void add(std::string what) {
    const std::lock_guard lock{mutex_};
    all_.push_back(std::move(what));
    news_.notify_all();
  }
  std::mutex mutex_;
  std::condition_variable news_;
  std::vector<std::string> all_;  // Guarded by mutex_.
};

Town two_cases() {
  Town town;
  return town.concern(0, "case-0").concern(0, "case-1");
}

void read(ServedTown& town, const std::string& person, const std::string& case_label,
          const std::string& visit) {
  const auto admission = town.served.reads.admit(
      town.played.case_id(case_label), {town.played.person(person), person, TimeUs{INT64_MAX}},
      {"control", visit, {}, "request-of-" + visit});
  BOOST_REQUIRE_MESSAGE(admission, (admission ? "" : admission.error().to_string()));
  BOOST_REQUIRE(!admission->refusal);
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_read_that_is_one_too_many_is_told_once_for_each_reader_and_case) {
  ServedTown town{two_cases(), 13};
  Heard heard;
  const ReadingWatch watch{town.served, heard.told(), heard.failed()};
  for (int i = 0; i < kLimit; ++i) {
    read(town, "dag", "case-0", "a" + std::to_string(i));
    read(town, "dag", "case-1", "b" + std::to_string(i));
    read(town, "odd", "case-0", "c" + std::to_string(i));
  }
  read(town, "dag", "case-0", "a-last");
  read(town, "dag", "case-0", "a-more");
  read(town, "odd", "case-0", "c-last");
  BOOST_TEST((heard.first(2) ==
              std::vector<std::string>{"F20 request-of-a-last", "F20 request-of-c-last"}));
}

BOOST_AUTO_TEST_CASE(it_begins_where_the_log_is_and_keeps_what_ran_before) {
  ServedTown town{two_cases(), 13};
  for (int i = 0; i <= kLimit; ++i) read(town, "dag", "case-0", "a" + std::to_string(i));
  for (int i = 0; i < kLimit; ++i) read(town, "odd", "case-0", "c" + std::to_string(i));
  Heard heard;
  const ReadingWatch watch{town.served, heard.told(), heard.failed()};
  read(town, "dag", "case-0", "a-more");  // told before, by whoever watched then
  read(town, "odd", "case-0", "c-last");
  BOOST_TEST((heard.first(1) == std::vector<std::string>{"F20 request-of-c-last"}));
}

BOOST_AUTO_TEST_CASE(it_stops_in_the_middle_of_its_work) {
  ServedTown town{two_cases(), 13};
  for (int round = 0; round < 20; ++round) {
    Heard heard;
    const ReadingWatch watch{town.served, heard.told(), heard.failed()};
    for (int i = 0; i < 3; ++i)
      read(town, "odd", "case-0", std::to_string(round) + "-" + std::to_string(i));
  }
}

BOOST_AUTO_TEST_CASE(so_many_requests_are_remembered_and_no_more) {
  ReadRequests requests;
  std::vector<EventId> reads;
  for (std::uint32_t i = 0; i <= ReadRequests::kKept; ++i) {
    std::array<std::uint8_t, EventId::kBytes> bytes{};
    const auto number = big_endian(i);
    std::copy(number.begin(), number.end(), bytes.begin());
    reads.emplace_back(bytes);
    requests.remember(reads.back(), std::to_string(i));
  }
  BOOST_TEST(requests.request_of(reads.front()).empty());
  BOOST_TEST(requests.request_of(reads[1]) == "1");
  BOOST_TEST(requests.request_of(reads.back()) == std::to_string(ReadRequests::kKept));
  // The same read handed in again, such as by a client that got no answer.
  BOOST_TEST(!requests.remember(reads[1], "again"));
  BOOST_TEST(requests.request_of(reads[1]) == "1");
  requests.forget(reads[1]);
  BOOST_TEST(requests.request_of(reads[1]).empty());
  BOOST_TEST(requests.remember(reads[1], "again"));
  BOOST_TEST(requests.request_of(reads[2]) == "2");
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::server::test
