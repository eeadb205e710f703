// Entries as they are stored, for whoever has a grant for all cases.

#include "server/feed/entry_feed.h"

#include <boost/test/data/test_case.hpp>

#include "tests/server/feed/feed_town.h"

namespace stafett::server::test {
BOOST_AUTO_TEST_SUITE(entry_feed_test)
namespace {

FeedProgress step(EntryFeed& feed, std::size_t entries_max, std::vector<Bytes>& to) {
  const Result<FeedProgress> taken =
      feed.step(entries_max, TreeSize{UINT64_MAX}, [&](Position position, ByteView entry) {
        BOOST_TEST(position.value() == to.size());
        to.emplace_back(entry.begin(), entry.end());
        return Result<void>{};
      });
  BOOST_REQUIRE_MESSAGE(taken, (taken ? "" : taken.error().to_string()));
  return *taken;
}

}  // namespace

BOOST_DATA_TEST_CASE(entries_come_whole_and_in_order_near_and_far,
                     boost::unit_test::data::make({1, 7, 1000}), entries_max) {
  FeedTown town{2};
  const SignedIn auditor = town.auditor_for(30);
  for (std::uint64_t i = 0; i < EntryFeed::kNear + 60; ++i) town.note("case-1");
  EntryFeed feed{town.served(), auditor, std::nullopt};
  std::vector<Bytes> given;
  const auto catch_up = [&] {
    while (given.size() < town.log().head().size.value()) {
      const std::size_t before = given.size();
      const FeedProgress progress = step(feed, static_cast<std::size_t>(entries_max), given);
      BOOST_REQUIRE(!progress.end);
      BOOST_TEST(given.size() - before <= static_cast<std::size_t>(entries_max));
      BOOST_TEST(progress.looked_at.value() == given.size());
    }
  };
  catch_up();
  town.note("case-0");
  catch_up();
  for (std::uint64_t i = 0; i < given.size(); ++i) {
    const Result<Bytes> stored = town.log().store().entry(Position{i});
    BOOST_REQUIRE(stored);
    BOOST_TEST((*stored == given[i]));
  }
}

BOOST_AUTO_TEST_CASE(entries_end_with_the_grant_and_are_not_without) {
  FeedTown town{1};
  const SignedIn auditor = town.auditor_for(2);
  std::vector<Bytes> given;
  EntryFeed feed{town.served(), auditor, std::nullopt};
  BOOST_TEST(!step(feed, 1, given).end);
  town.pass(std::chrono::hours{96});
  const FeedProgress late = step(feed, 1, given);
  BOOST_REQUIRE(late.end.has_value());
  BOOST_TEST(late.end->rule == "entries-need-grant");
  BOOST_TEST(given.size() == 1u);

  EntryFeed others{town.served(), town.of().reader, std::nullopt};
  const FeedProgress none = step(others, 1, given);
  BOOST_REQUIRE(none.end.has_value());
  BOOST_TEST(none.end->rule == "entries-need-grant");
  BOOST_TEST(given.size() == 1u);
}

BOOST_AUTO_TEST_CASE(what_is_read_ahead_is_read_by_whoever_comes_first) {
  ReadAhead ahead;
  std::promise<void> begun, go_on;
  const auto busy = ahead.begin<int>([&] {
    begun.set_value();
    go_on.get_future().wait();
    return 1;
  });
  begun.get_future().wait();
  // The thread is not there for it.
  BOOST_TEST(ahead.begin<int>([] { return 2; })->get() == 2);
  go_on.set_value();
  BOOST_TEST(busy->get() == 1);
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::server::test
