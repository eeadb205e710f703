// What one reader may have of a log, whichever way it is found; decided anew when something
// changes; and what a read leaves behind.

#include <boost/test/data/test_case.hpp>

#include "tests/server/feed/feed_town.h"

namespace stafett::server::test {
BOOST_AUTO_TEST_SUITE(feed_test)

BOOST_DATA_TEST_CASE(a_case_is_the_same_alone_as_among_all,
                     boost::unit_test::data::make({1, 3, 1000}), events_max) {
  FeedTown town{3};
  // Longer than is read ahead at once, and than what counts as near.
  for (std::size_t i = 0; i < EntriesAhead::kEntriesMax + 60; ++i) town.note("case-1");
  const SubjectId id = town.case_id("case-1");
  Feed all{town.served(), town.of()}, one{town.served(), town.of("case-1")};
  std::vector<std::uint64_t> of_all;
  for (const FeedEvent& event : all_of(town, all, static_cast<std::size_t>(events_max)))
    if (event.case_id == id) of_all.push_back(event.position.value());
  const auto alone = positions(all_of(town, one, static_cast<std::size_t>(events_max)));
  BOOST_TEST(alone == of_all, boost::test_tools::per_element());
  BOOST_TEST(alone.size() > EntriesAhead::kEntriesMax + 60);
}

BOOST_DATA_TEST_CASE(whoever_waits_for_a_case_gets_what_comes_near_and_far,
                     boost::unit_test::data::make({0, 300}), others) {
  FeedTown town{2};
  Feed feed{town.served(), town.of("case-1")};
  BOOST_TEST(!all_of(town, feed, 4096).empty());
  for (int i = 0; i < others; ++i) town.note("case-0");
  town.note("case-1");
  const TreeSize there = town.log().head().size;
  const auto given = positions(all_of(town, feed, 4096));
  BOOST_REQUIRE(given.size() == 1u);
  BOOST_TEST(given.front() == there.value() - 1);
}

BOOST_AUTO_TEST_CASE(only_cases_that_something_is_given_of_are_recorded_as_read) {
  FeedTown town{3};
  town.note("case-2");
  FeedRequest nothing = town.of();
  nothing.types = {"LogClosed"};
  Feed none{town.served(), nothing};
  const TreeSize before = town.log().head().size;
  BOOST_TEST(all_of(town, none, 4096).empty());
  BOOST_TEST(town.log().head().size.value() == before.value());

  FeedRequest last = town.of();
  last.types = {"NoteAdded"};
  last.after = Position{before.value() - 2};
  Feed of_case_2{town.served(), last};
  BOOST_TEST(all_of(town, of_case_2, 4096).size() == 1u);
  BOOST_TEST(town.log().head().size.value() == before.value() + 1);
}

BOOST_AUTO_TEST_CASE(a_decision_serves_until_the_case_changes) {
  FeedTown town{1};
  Feed feed{town.served(), town.of("case-0")};
  const auto first = step(feed, 1).events.at(0).decided_by;
  const auto second = step(feed, 1).events.at(0).decided_by;
  BOOST_TEST((first == second));
  town.note("case-0");
  const auto third = step(feed, 1).events.at(0).decided_by;
  BOOST_TEST(third->whole().events == first->whole().events + 1);
}

BOOST_AUTO_TEST_CASE(a_decision_serves_no_longer_than_a_step_may_last) {
  FeedTown town{1};
  Feed feed{town.served(), town.of("case-0")};
  const auto first = step(feed, 1).events.at(0).decided_by;
  town.pass(Feed::kStepTime);
  BOOST_TEST((step(feed, 1).events.at(0).decided_by == first));
  town.pass(std::chrono::microseconds{1});
  BOOST_TEST((step(feed, 1).events.at(0).decided_by != first));
}

BOOST_AUTO_TEST_CASE(whoever_leaves_is_given_nothing_more_of_what_was_begun) {
  FeedTown town{2};
  Feed one{town.served(), town.of("case-0")}, all{town.served(), town.of()};
  BOOST_TEST(step(one, 1).events.size() == 1u);
  BOOST_TEST(step(all, 2).events.size() == 2u);
  town.leaves("odd");
  const FeedStep alone = step(one);
  BOOST_TEST(alone.events.empty());
  BOOST_REQUIRE(alone.end);
  BOOST_TEST(alone.end->why == "access-ended");
  const FeedStep rest = step(all);
  BOOST_TEST(rest.events.empty());
  BOOST_REQUIRE(rest.ended_cases.size() == 1u);
  BOOST_TEST((rest.ended_cases.front().case_id == town.case_id("case-0")));
}

BOOST_AUTO_TEST_CASE(of_an_event_only_what_was_asked_for_is_opened) {
  FeedTown town{1};
  FeedRequest request = town.of("case-0");
  request.classes = bti::ClassSet::fact();
  Feed feed{town.served(), request};
  for (const FeedEvent& event : step(feed).events) {
    BOOST_REQUIRE(event.opened.parts.size() == 1u);
    BOOST_TEST((event.opened.parts.front().part_class == format::PartClass::fact));
  }
}

BOOST_AUTO_TEST_CASE(a_step_gives_so_many_bytes_and_the_next_goes_on) {
  FeedTown town{1};
  const std::string text(19'000, 'x');
  for (int i = 0; i < 70; ++i) town.note("case-0", {}, text);
  Feed feed{town.served(), town.of()};
  std::size_t large = 0, steps = 0;
  while (feed.looked_at() < town.log().head().size) {
    const FeedStep taken = step(feed, 1000);
    ++steps;
    std::size_t bytes = 0;
    for (const FeedEvent& event : taken.events)
      for (const format::OpenPart& part : event.opened.parts) {
        bytes += part.plaintext.size();
        if (part.plaintext.size() >= text.size()) ++large;
      }
    BOOST_TEST(bytes < Feed::kBytesAStep + format::kPartsMax * format::kPlaintextBytesMax);
  }
  BOOST_TEST(large == 70u);
  BOOST_TEST(steps >= 2u);
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::server::test
