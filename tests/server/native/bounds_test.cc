// What one client, or one person, may have at once; and how a connection ends.

#include "server/native/credit_account.h"
#include "tests/server/native/streams.h"

namespace stafett::server::native {
BOOST_AUTO_TEST_SUITE(bounds_test)
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

BOOST_AUTO_TEST_CASE(subscriptions_of_one_connection_are_bounded_and_each_has_its_own_place) {
  NativeLimits limits;
  limits.subscriptions_max = 2;
  ServedTown town{limits};
  RawClient client{town};
  client.say(subscription(1, {0, 0}));
  client.say(subscription(2, {0, 0}));
  client.say(subscription(3, {0, 0}));
  const auto fault = client.get<FaultFrame>();
  BOOST_TEST(fault.request == 3u);
  BOOST_TEST(fault.code == "too-many-subscriptions");
  client.say(subscription(2, {0, 0}));
  BOOST_TEST(client.get<FaultFrame>().code == "request-in-use");
}

BOOST_AUTO_TEST_CASE(subscriptions_of_one_person_are_bounded_over_all_connections) {
  LoadLimits load;
  load.streams_per_person_max = 2;
  ServedTown town{{}, load};
  RawClient one{town}, another{town}, others{town, "admin"};
  one.say(subscription(1, {1, 1 << 20}));
  one.get<EventFrame>();
  another.say(subscription(1, {1, 1 << 20}));
  another.get<EventFrame>();
  another.say(subscription(2, {1, 1 << 20}));
  BOOST_TEST(another.get<FaultFrame>().code == "too-many-subscriptions");
  others.say(subscription(1, {1, 1 << 20}));
  others.get<EventFrame>();
  BOOST_TEST(town.server->figures().subscriptions == 3u);
  one.say(CancelFrame{1});
  one.get<EndedFrame>();
  another.say(subscription(2, {1, 1 << 20}));
  another.get<EventFrame>();
  BOOST_TEST(town.server->figures().events_sent == 4u);
}

BOOST_AUTO_TEST_CASE(one_person_asks_no_more_often_than_may_be_over_all_connections) {
  LoadLimits load;
  load.person_rate = load.person_burst = 1;
  ServedTown town{{}, load};
  RawClient one{town}, another{town};
  one.say(AppendFrame{1, town.digests(1)});
  BOOST_TEST(std::holds_alternative<log::Receipt>(one.get<AnswerFrame>().outcomes.at(0)));
  const TreeSize size = town.size();
  another.say(AppendFrame{1, town.digests(2)});
  const auto answer = another.get<AnswerFrame>();
  BOOST_REQUIRE(answer.outcomes.size() == 2u);
  BOOST_TEST(std::get<Refused>(answer.outcomes[1]).refusal.code == "too-many-requests");
  BOOST_TEST(std::get<Refused>(answer.outcomes[1]).again);
  BOOST_TEST((town.size() == size));
  another.say(subscription(2, kPlenty));
  BOOST_TEST(another.get<FaultFrame>().code == "too-many-requests");
}

BOOST_AUTO_TEST_CASE(two_looks_of_one_connection_are_under_way_and_then_each_has_its_turn) {
  ServedTown town{{}, {}, 4};
  std::promise<void> free;
  {
    const std::lock_guard lock{town.rules.mutex};
    town.rules.held[1] = town.rules.held[2] = free.get_future().share();
  }
  RawClient client{town};
  for (RequestId request = 1; request <= 4; ++request) client.say(subscription(request, {1, 9999}));
  town.wait_for_looks(2);
  client.say(AppendFrame{5, town.digests(1)});
  client.get<AnswerFrame>();  // the connection has seen all of them by now
  {
    const std::lock_guard lock{town.rules.mutex};
    BOOST_TEST(town.rules.looks == 2);
  }
  free.set_value();
  std::set<RequestId> heard;
  while (heard.size() < 4) heard.insert(client.get<EventFrame>().request);
}

BOOST_AUTO_TEST_CASE(a_reader_who_takes_nothing_is_closed_and_slows_nobody) {
  NativeLimits limits;
  limits.write_time = 300ms;
  ServedTown town{limits};
  RawClient quick{town};
  town.rules.endless = true;
  RawClient slow{town};
  slow.say(subscription(1, {CreditAccount::kOutstandingMax, CreditAccount::kOutstandingMax}));
  RequestId request = 0;
  while (town.server->connections() == 2) {
    quick.say(AppendFrame{++request,
                          town.digest(make_event_id(town.town.clock.now(), town.town.random))});
    BOOST_TEST(quick.get<AnswerFrame>().request == request);
  }
  BOOST_TEST(town.server->connections() == 1u);
  BOOST_TEST(request > 1u);
}

BOOST_AUTO_TEST_CASE(a_stop_tells_everybody_and_ends) {
  ServedTown town;
  RawClient client{town};
  client.say(subscription(1, kPlenty));
  positions_until<CaughtUpFrame>(client);
  std::thread stops{[&] { BOOST_TEST(town.server->stop()); }};
  BOOST_TEST(client.get<FaultFrame>().code == "stopping");
  BOOST_TEST(client.is_closed());
  client.close();
  stops.join();
  BOOST_TEST(town.server->connections() == 0u);
}

BOOST_AUTO_TEST_CASE(after_the_last_word_what_a_client_sends_is_taken_for_a_while) {
  NativeLimits limits;
  limits.linger_time = 10s;
  ServedTown town{limits};
  RawClient client{town};
  std::thread stops{[&] { BOOST_TEST(town.server->stop()); }};
  BOOST_TEST(client.get<FaultFrame>().code == "stopping");
  BOOST_TEST(client.is_closed());
  for (int i = 0; i < 20; ++i) {
    client.say(CancelFrame{1});
    BOOST_TEST(!client.is_broken(10ms));
  }
  client.close();
  stops.join();
}

BOOST_AUTO_TEST_CASE(after_the_last_word_nobody_is_waited_for_long) {
  NativeLimits limits;
  limits.linger_time = 50ms;
  ServedTown town{limits};
  RawClient client{town};
  BOOST_TEST(town.server->stop());
  BOOST_TEST(client.get<FaultFrame>().code == "stopping");
}

BOOST_AUTO_TEST_CASE(a_frame_that_takes_too_long_closes_the_connection) {
  NativeLimits limits;
  limits.frame_time = 50ms;
  ServedTown town{limits};
  RawClient client{town};
  client.say_bytes(Bytes{0x20, 0x00, 0x00});
  BOOST_TEST(client.is_closed());
}

BOOST_AUTO_TEST_CASE(whoever_asks_nothing_is_closed_after_a_while) {
  NativeLimits limits;
  limits.idle_time = 20ms;
  ServedTown town{limits};
  RawClient client{town};
  BOOST_TEST(client.get<FaultFrame>().code == "idle");
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::server::native
