// What a feed gives is shown, whatever time it tells of itself.

#include "server/stream/shown_events.h"

#include "tests/server/feed/feed_town.h"

namespace stafett::server::test {
BOOST_AUTO_TEST_SUITE(shown_events_test)
namespace {

// Whether each of them can be shown, in one go.
void show_all(FeedTown& town, ShownEvents& shown, const std::vector<FeedEvent>& events) {
  for (const FeedEvent& event : events) {
    const auto json = shown.json(event);
    BOOST_REQUIRE_MESSAGE(json, (json ? "" : json.error().to_string()));
    BOOST_TEST(json->has_value(),
               "position " << event.position.value() << " of " << town.log().head().size.value());
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(what_is_dated_ahead_of_the_clock_is_shown_each_by_itself) {
  FeedTown town{1};
  for (int seconds : {60, 120, 240}) town.note("case-0", std::chrono::seconds{seconds});
  Feed feed{town.served(), town.of("case-0")};
  ShownEvents shown{town.served()};
  show_all(town, shown, step(feed).events);
}

BOOST_AUTO_TEST_CASE(a_read_that_is_dated_before_what_was_shown_is_shown) {
  FeedTown town{1};
  Feed feed{town.served(), town.of("case-0", "dag")};
  ShownEvents shown{town.served()};
  const std::vector<FeedEvent> before = all_of(town, feed, 4096);
  show_all(town, shown, before);
  town.pass(std::chrono::milliseconds{-10});  // the clock was set back
  town.read("case-0");
  const std::vector<FeedEvent> after = step(feed).events;
  BOOST_TEST(after.size() == 1u);
  show_all(town, shown, after);
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::server::test
