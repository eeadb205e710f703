// What a subscription sends, in which order, and how much of it.

#include "server/native/credit_account.h"
#include "tests/server/native/golden_frames.h"
#include "tests/server/native/streams.h"

namespace stafett::server::native {
BOOST_AUTO_TEST_SUITE(subscription_test)
namespace {

using testing::got;
using testing::kPlenty;
using testing::positions_until;
using testing::range;
using testing::RawClient;
using testing::ServedTown;
using testing::subscription;
using namespace std::chrono_literals;

}  // namespace

BOOST_AUTO_TEST_CASE(all_that_is_there_comes_in_order_then_what_is_recorded_later) {
  ServedTown town;
  RawClient client{town};
  client.say(subscription(1, kPlenty));
  CaughtUpFrame caught_up;
  BOOST_TEST(positions_until(client, &caught_up) == range(0, town.size().value()));
  BOOST_TEST((caught_up.size == town.size()));
  const std::uint64_t before = town.size().value();
  town.note("n1");
  const auto event = client.get<EventFrame>();
  BOOST_TEST(event.position.value() == before);
  BOOST_TEST((event.entry == got(town.log().log.store().entry(Position{before}))));
}

BOOST_AUTO_TEST_CASE(after_a_position_is_what_lies_behind_it) {
  ServedTown town;
  RawClient client{town};
  client.say(subscription(1, kPlenty, Position{2}));
  BOOST_TEST(positions_until<CaughtUpFrame>(client) == range(3, town.size().value()));
  // Also where nothing does: whoever resumes learns that he has caught up.
  client.say(subscription(2, kPlenty, Position{town.size().value() - 1}));
  BOOST_TEST((client.get<CaughtUpFrame>().size == town.size()));
  client.say(subscription(3, kPlenty, Position{town.size().value()}));
  BOOST_TEST(client.get<FaultFrame>().code == "bad-position");
}

BOOST_AUTO_TEST_CASE(no_more_events_are_sent_than_credit_was_given_for) {
  ServedTown town;
  RawClient client{town};
  client.say(subscription(1, {2, 1 << 20}));
  BOOST_TEST(client.get<EventFrame>().position.value() == 0u);
  BOOST_TEST(client.get<EventFrame>().position.value() == 1u);
  // What is asked for later is answered: the subscription waits.
  client.say(subscription(2, {1, 1 << 20}));
  BOOST_TEST(client.get<EventFrame>().request == 2u);
  client.say(GrantFrame{1, {1, 0}});
  const auto event = client.get<EventFrame>();
  BOOST_TEST(event.request == 1u);
  BOOST_TEST(event.position.value() == 2u);
}

BOOST_AUTO_TEST_CASE(no_more_bytes_are_sent_than_credit_was_given_for_but_for_the_last_event) {
  ServedTown town;
  RawClient client{town};
  client.say(subscription(1, {100, 1}));
  client.get<EventFrame>();
  const std::uint64_t owed = client.frame_bytes - 1;
  client.say(GrantFrame{1, {0, owed}});
  client.say(subscription(2, {1, 1}));
  BOOST_TEST(client.get<EventFrame>().request == 2u);
  client.say(GrantFrame{1, {0, 1}});
  BOOST_TEST(client.get<EventFrame>().request == 1u);
}

BOOST_AUTO_TEST_CASE(more_credit_than_can_be_closes_the_connection) {
  ServedTown town;
  RawClient client{town};
  client.say(subscription(1, {UINT64_MAX, 1}));
  BOOST_TEST(client.get<FaultFrame>().code == "too-much-credit");
  BOOST_TEST(client.is_closed());
}

BOOST_AUTO_TEST_CASE(an_access_that_ends_ends_the_subscription_before_the_next_event) {
  ServedTown town;
  RawClient client{town};
  client.say(subscription(1, kPlenty));
  positions_until<CaughtUpFrame>(client);
  {
    const std::lock_guard lock{town.rules.mutex};
    town.rules.end = FeedEnd{"access-ended", "read-not-covered", {}};
  }
  town.note("n1");
  const auto ended = client.get<EndedFrame>();
  BOOST_TEST(ended.why == "access-ended");
  BOOST_TEST(ended.rule == "read-not-covered");
  client.say(subscription(1, kPlenty));  // the number is free again
  BOOST_TEST(client.get<EndedFrame>().request == 1u);
}

BOOST_AUTO_TEST_CASE(what_was_ready_is_not_sent_when_the_access_ended_meanwhile) {
  ServedTown town;
  RawClient client{town};
  client.say(subscription(1, {100, 600}));  // several are ready, one may go
  client.get<EventFrame>();
  {
    const std::lock_guard lock{town.rules.mutex};
    BOOST_TEST(town.rules.looks == 1);
    town.rules.end = FeedEnd{"access-ended", "read-not-covered", {}};
  }
  town.note("n1");
  client.say(GrantFrame{1, {0, 1 << 20}});
  BOOST_TEST(client.get<EndedFrame>().rule == "read-not-covered");
}

BOOST_AUTO_TEST_CASE(of_all_cases_the_end_of_one_is_told_and_the_others_go_on) {
  ServedTown town;
  const SubjectId case_id = testing::filled<SubjectId>(7);
  town.rules.ended_cases = {{"access-ended", "read-not-covered", case_id}};
  RawClient client{town};
  client.say(subscription(1, {2, 1 << 20}));
  client.get<EventFrame>();
  client.get<EventFrame>();
  const auto ended = client.get<CaseEndedFrame>();
  BOOST_TEST((ended.case_id == case_id));
  BOOST_TEST(ended.rule == "read-not-covered");
  client.say(GrantFrame{1, {1, 0}});
  client.get<EventFrame>();
}

BOOST_AUTO_TEST_CASE(what_was_thrown_away_is_looked_for_anew_without_gap_or_repetition) {
  ServedTown town;
  RawClient client{town};
  client.say(subscription(1, {1000, 600}));
  std::vector<std::uint64_t> positions{client.get<EventFrame>().position.value()};
  std::uint64_t owed = client.frame_bytes;
  for (int i = 0; i < 5; ++i) {
    town.note("n" + std::to_string(i));
    client.say(GrantFrame{1, {0, owed}});
    positions.push_back(client.get<EventFrame>().position.value());
    owed = client.frame_bytes;
  }
  client.say(GrantFrame{1, {0, 1 << 20}});
  const auto rest = positions_until<CaughtUpFrame>(client);
  positions.insert(positions.end(), rest.begin(), rest.end());
  BOOST_TEST(positions == range(0, town.size().value()));
}

BOOST_AUTO_TEST_CASE(what_was_thrown_away_counts_as_if_it_had_not_been_looked_at) {
  ServedTown town;
  town.rules.ended_cases = {{"access-ended", "read-not-covered", testing::filled<SubjectId>(7)}};
  RawClient client{town};
  client.say(subscription(1, {100, 600}));
  client.get<EventFrame>();
  town.note("n1");
  client.say(GrantFrame{1, {0, 1 << 20}});
  client.get<EventFrame>();
  client.say(CancelFrame{1});
  while (!std::holds_alternative<EndedFrame>(*client.next())) {
  }
  const std::lock_guard lock{town.rules.mutex};
  BOOST_TEST(town.rules.opened == 1);  // what has been sent is known still
  BOOST_REQUIRE(!town.rules.taken_back.empty());
  BOOST_TEST((town.rules.taken_back[0].case_id == testing::filled<SubjectId>(7)));
}

BOOST_AUTO_TEST_CASE(what_was_ready_before_another_was_looked_for_is_not_sent_unseen) {
  ServedTown town;
  std::promise<void> first, second;
  RawClient client{town};
  client.say(subscription(1, {100, 600}));
  client.get<EventFrame>();
  // The second has found something, and does not have it yet.
  {
    const std::lock_guard lock{town.rules.mutex};
    town.rules.held[2] = second.get_future().share();
  }
  client.say(subscription(2, {100, 1 << 20}));
  town.wait_for_looks(2);
  // The first had something ready, and waits for a look of its own, which will find nothing.
  {
    const std::lock_guard lock{town.rules.mutex};
    town.rules.held[1] = first.get_future().share();
    town.rules.idle = {1};
  }
  town.note("n1");
  client.say(GrantFrame{1, {0, 1 << 20}});
  town.wait_for_looks(3);
  second.set_value();
  RawClient other{town};  // whose look comes after what the second has
  other.say(subscription(3, {1, 1 << 20}));
  other.get<EventFrame>();
  {
    const std::lock_guard lock{town.rules.mutex};
    town.rules.end = FeedEnd{"access-ended", "read-not-covered", {}};
  }
  town.note("n2");
  first.set_value();
  BOOST_TEST(client.get<EndedFrame>().why == "access-ended");
  BOOST_TEST(client.get<EndedFrame>().why == "access-ended");
}

BOOST_AUTO_TEST_CASE(an_access_that_ends_by_time_ends_the_subscription_though_nothing_happens) {
  NativeLimits limits;
  limits.heartbeat_time = 20ms;
  ServedTown town{limits};
  RawClient client{town};
  for (const Credit credit :
       {kPlenty, Credit{100, 600}}) {  // and with events ready, without credit
    client.say(subscription(1, credit));
    while (!std::holds_alternative<HeartbeatFrame>(*client.next())) {
    }
    {
      const std::lock_guard lock{town.rules.mutex};
      town.rules.end = FeedEnd{"access-ended", "read-not-covered", {}};
    }
    EndedFrame ended;
    BOOST_TEST(positions_until(client, &ended).empty());
    BOOST_TEST(ended.rule == "read-not-covered");
    const std::lock_guard lock{town.rules.mutex};
    town.rules.end.reset();
  }
}

BOOST_AUTO_TEST_CASE(whoever_falls_behind_is_told_once_until_he_has_caught_up_again) {
  NativeLimits limits;
  limits.behind_max = 3;
  ServedTown town{limits};
  RawClient client{town};
  const std::uint64_t before = town.size().value();
  client.say(subscription(1, {before, 1 << 20}));
  positions_until<CaughtUpFrame>(client);
  for (int i = 0; i < 8; ++i) town.note("n" + std::to_string(i));
  const auto behind = client.get<FellBehindFrame>();
  BOOST_TEST(town.server->figures().fell_behind == 1u);
  BOOST_TEST(behind.looked_at.value() == before);
  BOOST_TEST(behind.size.value() > before + 3);
  client.say(GrantFrame{1, {1000, 1 << 20}});
  CaughtUpFrame again;
  BOOST_TEST(positions_until(client, &again) == range(before, town.size().value()));
  BOOST_TEST((again.size == town.size()));
}

BOOST_AUTO_TEST_CASE(whoever_is_given_nothing_is_told_how_far_was_looked) {
  NativeLimits limits;
  limits.progress_time = 10ms;
  ServedTown town{limits};
  town.rules.gives = [](Position) { return false; };
  RawClient client{town};
  client.say(subscription(1, kPlenty));
  BOOST_TEST((client.get<CaughtUpFrame>().size == town.size()));
  town.note("n1");
  const auto heartbeat = client.get<HeartbeatFrame>();
  BOOST_TEST((heartbeat.looked_at == town.size()));
  BOOST_TEST((heartbeat.size == town.size()));
}

BOOST_AUTO_TEST_CASE(a_subscription_without_credit_has_a_heartbeat) {
  NativeLimits limits;
  limits.heartbeat_time = 10ms;
  ServedTown town{limits};
  RawClient client{town};
  client.say(subscription(1, {0, 0}));
  for (int i = 0; i < 3; ++i) {
    const auto heartbeat = client.get<HeartbeatFrame>();
    BOOST_TEST(heartbeat.looked_at.value() == 0u);
    BOOST_TEST((heartbeat.size == town.size()));
  }
}

BOOST_AUTO_TEST_CASE(a_subscription_whose_bytes_are_used_up_has_a_heartbeat_too) {
  NativeLimits limits;
  limits.heartbeat_time = 10ms;
  ServedTown town{limits};
  RawClient client{town};
  client.say(subscription(1, {100, 600}));  // several are ready, one may go
  const auto event = client.get<EventFrame>();
  for (int i = 0; i < 3; ++i) {
    const auto heartbeat = client.get<HeartbeatFrame>();
    BOOST_TEST((heartbeat.looked_at == size_after(event.position)));
  }
  const std::lock_guard lock{town.rules.mutex};
  BOOST_TEST(town.rules.looks == 1);
}

BOOST_AUTO_TEST_CASE(what_is_cancelled_ends_and_gives_its_number_back) {
  ServedTown town;
  RawClient client{town};
  client.say(subscription(1, {1, 1 << 20}));
  client.get<EventFrame>();
  client.say(CancelFrame{1});
  BOOST_TEST(client.get<EndedFrame>().why == "cancelled");
  client.say(CancelFrame{1});
  client.say(GrantFrame{1, {1, 1}});
  client.say(subscription(1, kPlenty));
  BOOST_TEST(positions_until<CaughtUpFrame>(client) == range(0, town.size().value()));
}

BOOST_AUTO_TEST_CASE(content_is_read_with_a_purpose_and_a_visit) {
  ServedTown town;
  RawClient client{town};
  SubscribeFrame frame = subscription(1, kPlenty);
  frame.visit = "";
  client.say(frame);
  BOOST_TEST(client.get<FaultFrame>().code == "purpose-required");
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::server::native
