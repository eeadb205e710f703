// What is remembered of ids beside the database, and what an id gets that is forgotten there.

#include "engine/log/recent_events.h"

#include "tests/engine/log/test_log.h"

namespace stafett::log {
BOOST_AUTO_TEST_SUITE(recent_events_test)
namespace {

using namespace stafett::log::testing;

constexpr std::size_t kKept = RecentEvents::kKept;

EventId numbered(std::uint64_t number) {
  std::array<std::uint8_t, 16> id{};
  std::ranges::copy(big_endian(number), id.begin() + 8);
  return EventId{id};
}

void add(RecentEvents& recent, std::uint64_t from, std::uint64_t end) {
  for (std::uint64_t i = from; i < end; ++i) recent.add(numbered(i), {Hash{}, Position{i}, {}});
}

BOOST_AUTO_TEST_CASE(what_is_not_durable_is_never_forgotten) {
  RecentEvents recent;
  add(recent, 0, kKept + 10);
  BOOST_TEST(recent.epoch() == 0u);
  BOOST_TEST(recent.covers(0));
  for (const std::uint64_t i : {std::uint64_t{0}, std::uint64_t{9}, std::uint64_t{kKept + 9}}) {
    const RecentEvents::Seen* seen = recent.find(numbered(i));
    BOOST_REQUIRE(seen);
    BOOST_TEST(seen->position->value() == i);
  }
}

BOOST_AUTO_TEST_CASE(of_what_is_durable_the_last_ids_are_kept) {
  RecentEvents recent;
  add(recent, 0, 3);
  recent.all_durable();
  BOOST_TEST(recent.epoch() == 3u);
  add(recent, 3, kKept + 2);
  BOOST_TEST(!recent.find(numbered(1)));
  BOOST_TEST(recent.find(numbered(2)));
  add(recent, kKept + 2, kKept + 10);  // only the first three were durable
  BOOST_TEST(!recent.find(numbered(2)));
  BOOST_TEST(recent.find(numbered(3)));
  recent.all_durable();
  add(recent, kKept + 10, kKept + 11);
  BOOST_TEST(!recent.find(numbered(10)));
  BOOST_TEST(recent.find(numbered(11)));
  BOOST_TEST(recent.find(numbered(kKept + 10)));
}

BOOST_AUTO_TEST_CASE(a_look_before_a_forgotten_id_is_not_covered) {
  RecentEvents recent;
  add(recent, 0, 5);
  recent.all_durable();
  const std::uint64_t before = recent.epoch();
  add(recent, 5, kKept + 5);
  recent.all_durable();
  BOOST_TEST(recent.covers(before));
  add(recent, kKept + 5, kKept + 6);  // forgets the fifth, which that look did not see
  BOOST_TEST(!recent.find(numbered(5)));
  BOOST_TEST(!recent.covers(before));
  BOOST_TEST(recent.covers(before + 1));
  BOOST_TEST(recent.covers(recent.epoch()));
}

BOOST_AUTO_TEST_CASE(a_forgotten_id_is_known_from_the_database) {
  LiveLog log;
  const Unsigned event = log.event(log.new_stream());
  const SubmissionGroup first = log.signed_alone(event);
  const SubmissionGroup refused = log.signed_alone(log.event(log.new_stream(), "refuse this"));
  const Receipt receipt = std::get<Receipt>(*log->submit_and_wait(first).at(0));
  BOOST_TEST(log.refusal_of(refused) == "not-now");
  constexpr std::size_t kGroup = 4096;
  for (std::size_t placed = 0; placed <= kKept; placed += kGroup)
    BOOST_TEST(log->submit_and_wait(
                      log.admin().sign(log.events(log.new_stream(), kGroup), log.clock().now()))
                   .back()
                   .has_value());
  const TreeSize size = log->head().size;
  check_same(std::get<Receipt>(*log->submit_and_wait(first).at(0)), receipt);
  BOOST_TEST(log.refusal_of(refused) == "not-now");
  Unsigned other = event;
  other.parts.front().plaintext.push_back('!');
  BOOST_TEST(log.refusal_of(log.signed_alone(other)) == "conflict");
  BOOST_TEST((log->head().size == size));
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::log
