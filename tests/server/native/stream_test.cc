// What a subscription sends, in which order, and how much of it.

#include "engine/transparency/tree.h"
#include "server/native/credit_account.h"
#include "tests/server/native/golden_frames.h"
#include "tests/server/native/served_town.h"

namespace stafett::server::native {
namespace {

using client::StreamItem;
using testing::RawClient;
using testing::ServedTown;
using testing::subscription;
using namespace std::chrono_literals;

constexpr Credit kPlenty{100'000, 100 << 20};

template <class T>
T got(Result<T> result) {
  if (!result) BOOST_FAIL(result.error().to_string());
  return std::move(*result);
}

// Positions up to the frame of this kind.
template <class Until>
std::vector<std::uint64_t> positions_until(RawClient& client, Until* last = nullptr) {
  std::vector<std::uint64_t> positions;
  while (true) {
    std::optional<ServerFrame> frame = client.next();
    BOOST_REQUIRE_MESSAGE(frame, "the server has closed");
    if (auto* until = std::get_if<Until>(&*frame)) {
      if (last) *last = std::move(*until);
      return positions;
    }
    if (const auto* event = std::get_if<EventFrame>(&*frame))
      positions.push_back(event->position.value());
    else
      BOOST_REQUIRE_MESSAGE(std::holds_alternative<HeartbeatFrame>(*frame), frame->index());
  }
}

std::vector<std::uint64_t> range(std::uint64_t first, std::uint64_t end) {
  std::vector<std::uint64_t> all;
  for (; first < end; ++first) all.push_back(first);
  return all;
}

client::Wish wish(log::PartSet classes = log::PartSet::all()) {
  client::Wish one{"control", "v1"};
  if (classes.has(format::PartClass::fact))
    one.classes.add(format::PartClass::fact).add(format::PartClass::narrative);
  return one;
}

// What a client's stream gives until it has caught up.
std::vector<std::uint64_t> until_caught_up(client::EventStream& stream) {
  std::vector<std::uint64_t> positions;
  while (true) {
    const std::optional<StreamItem> item = got(stream.next(10s));
    BOOST_REQUIRE(item);
    if (std::holds_alternative<client::CaughtUp>(*item)) return positions;
    if (const auto* event = std::get_if<client::ReceivedEvent>(&*item))
      positions.push_back(event->position.value());
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(native_stream)

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

BOOST_AUTO_TEST_CASE(content_is_read_with_a_purpose_and_a_visit) {
  ServedTown town;
  RawClient client{town};
  SubscribeFrame frame = subscription(1, kPlenty);
  frame.visit = "";
  client.say(frame);
  BOOST_TEST(client.get<FaultFrame>().code == "purpose-required");
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

BOOST_AUTO_TEST_CASE(a_step_of_a_feed_gives_so_many_bytes_and_the_next_goes_on) {
  ServedTown town;
  town.town.recorded("PersonRegistered", "", 0,
                     R"({"person":"odd","roles":["leader"],"service":"school","active":true})");
  const std::string text(19'000, 'x');
  for (int i = 0; i < 70; ++i)
    town.town.recorded(
        "NoteAdded", "filler", 100 + i,
        R"({"note":"m)" + std::to_string(i) + R"(","kind":"general","text":")" + text + R"("})");
  Feed feed{town.log(),
            {{town.person("odd"), "odd", TimeUs{INT64_MAX}}, {"followUp", "v1", "", "r"}}};
  std::size_t large = 0, steps = 0;
  while (feed.looked_at() < town.size()) {
    const FeedStep step = got(feed.step(1000));
    ++steps;
    std::size_t bytes = 0;
    for (const FeedEvent& event : step.events)
      for (const format::OpenPart& part : event.opened.parts) {
        bytes += part.plaintext.size();
        if (part.plaintext.size() >= text.size()) ++large;
      }
    BOOST_TEST(bytes < Feed::kBytesAStep + format::kPartsMax * format::kPlaintextBytesMax);
  }
  BOOST_TEST(large == 70u);
  BOOST_TEST(steps >= 2u);
}

BOOST_AUTO_TEST_CASE(the_client_in_the_logs_process_and_the_one_outside_get_the_same) {
  ServedTown town;
  for (int i = 0; i < 20; ++i) town.note("n" + std::to_string(i));
  const auto remote = town.connect("lise", {3, 1000});  // a small window: many grants
  client::LocalClient local{
      town.log(), town.open, {town.person("lise"), "lise", TimeUs{INT64_MAX}}};
  BOOST_TEST((remote->actor() == local.actor()));
  BOOST_TEST(remote->origin() == local.origin());
  std::vector<Bytes> contents[2];
  client::LogClient* clients[] = {&local, remote.get()};
  for (int i = 0; i < 2; ++i) {
    const auto stream = got(clients[i]->subscribe(wish()));
    while (true) {
      const std::optional<StreamItem> item = got(stream->next(10s));
      BOOST_REQUIRE(item);
      if (std::holds_alternative<client::CaughtUp>(*item)) break;
      const auto* event = std::get_if<client::ReceivedEvent>(&*item);
      if (!event) continue;
      BOOST_TEST((event->leaf_hash == transparency::leaf_hash(event->bytes)));
      contents[i].push_back(event->bytes);
      for (const format::OpenPart& part : event->openings) {
        BOOST_TEST((part.part_class != format::PartClass::identity));  // not asked for
        contents[i].push_back(part.plaintext);
      }
    }
    town.note("live" + std::to_string(i));
    BOOST_TEST(std::holds_alternative<client::ReceivedEvent>(*got(stream->next(10s))));
    BOOST_TEST(!got(stream->next(0ms)));
    contents[i].resize(40);
  }
  BOOST_TEST((contents[0] == contents[1]));
}

BOOST_AUTO_TEST_CASE(what_is_shown_in_another_form_is_left_out_in_the_process_and_outside) {
  ServedTown town;
  const auto remote = town.connect();
  client::LocalClient local{
      town.log(), town.open, {town.person("lise"), "lise", TimeUs{INT64_MAX}}};
  for (client::LogClient* one :
       {static_cast<client::LogClient*>(&local), static_cast<client::LogClient*>(remote.get())}) {
    town.rules.sight = {bti::ClassSet::all(), bti::Sight::Form::access_list, true};
    BOOST_TEST(until_caught_up(*got(one->subscribe(wish()))).empty());
    // Nor where names are shown, and not the actor's.
    town.rules.sight = {bti::ClassSet::all(), bti::Sight::Form::whole, false};
    BOOST_TEST(until_caught_up(*got(one->subscribe(wish()))).empty());
    town.rules.sight.actor = true;
    BOOST_TEST(!until_caught_up(*got(one->subscribe(wish()))).empty());
  }
}

BOOST_AUTO_TEST_CASE(in_the_logs_process_too_an_access_may_end_though_nothing_happens) {
  ServedTown town;
  client::LocalClient local{
      town.log(), town.open, {town.person("lise"), "lise", TimeUs{INT64_MAX}}};
  const auto stream = got(local.subscribe(wish()));
  until_caught_up(*stream);
  {
    const std::lock_guard lock{town.rules.mutex};
    town.rules.end = FeedEnd{"access-ended", "read-not-covered", {}};
  }
  const std::optional<StreamItem> item = got(stream->next(10s));
  BOOST_REQUIRE(item);
  BOOST_TEST(std::get<client::Ended>(*item).rule == "read-not-covered");
}

BOOST_AUTO_TEST_CASE(clients_go_on_after_their_last_position) {
  ServedTown town;
  client::LocalClient local{
      town.log(), town.open, {town.person("lise"), "lise", TimeUs{INT64_MAX}}};
  const auto remote = town.connect();
  client::Wish rest = wish();
  rest.after = Position{town.size().value() - 3};
  for (client::LogClient* one :
       {static_cast<client::LogClient*>(&local), static_cast<client::LogClient*>(remote.get())})
    BOOST_TEST(until_caught_up(*got(one->subscribe(rest))) ==
               range(town.size().value() - 2, town.size().value()));
}

BOOST_AUTO_TEST_CASE(a_client_whose_server_has_gone_is_told) {
  ServedTown town;
  const auto remote = town.connect();
  const auto stream = got(remote->subscribe(wish()));
  until_caught_up(*stream);
  BOOST_TEST(town.server->stop());
  BOOST_TEST(!stream->next(10s));
  BOOST_TEST(!remote->subscribe(wish()));
}

// What a server says until it is silent.
BOOST_AUTO_TEST_CASE(a_client_gives_up_a_server_that_is_silent) {
  ServedTown town;  // for a key
  boost::asio::io_context io;
  boost::asio::ip::tcp::acceptor acceptor{io, {boost::asio::ip::address_v4::loopback(), 0}};
  std::promise<void> gone;
  std::thread server{[&] {
    boost::asio::ip::tcp::socket socket{io};
    acceptor.accept(socket);
    Bytes bytes;
    const HelloFrame hello{1, testing::filled<Challenge>(1), {{"9901", "stafett.example/9901"}}};
    BOOST_REQUIRE(write_frame(bytes, ServerFrame{hello}));
    BOOST_REQUIRE(write_frame(bytes, ServerFrame{SignedInFrame{}}));
    boost::asio::write(socket, boost::asio::buffer(bytes.data(), bytes.size()));
    gone.get_future().wait();
  }};
  client::RemoteOptions options;
  options.endpoint = "127.0.0.1:" + std::to_string(acceptor.local_endpoint().port());
  options.log = "9901";
  options.silence_time = 100ms;
  const auto remote = got(client::RemoteClient::connect(options, town.signer()->key()));
  const auto stream = got(remote->subscribe(wish()));
  const auto item = stream->next(10s);
  BOOST_REQUIRE(!item);
  BOOST_TEST((item.error().code() == Errc::io));
  gone.set_value();
  server.join();
}

BOOST_AUTO_TEST_CASE(a_client_goes_to_others_machines_through_tls_only_and_to_a_log_it_names) {
  ServedTown town;
  client::RemoteOptions options;
  options.endpoint = "192.0.2.1:9";
  options.log = "9901";
  options.origin = "stafett.example/9901";
  options.connect_time = 5s;
  const auto in_clear = client::RemoteClient::connect(options, town.signer()->key());
  BOOST_REQUIRE(!in_clear);
  BOOST_TEST((in_clear.error().code() == Errc::invalid_argument));
  options.tls.emplace();
  options.origin.clear();
  const auto to_any = client::RemoteClient::connect(options, town.signer()->key());
  BOOST_REQUIRE(!to_any);
  BOOST_TEST((to_any.error().code() == Errc::invalid_argument));
}

BOOST_AUTO_TEST_CASE(a_client_believes_no_log_but_the_one_it_means) {
  ServedTown town;
  client::RemoteOptions options;
  options.endpoint = "127.0.0.1:" + std::to_string(town.port);
  options.log = "9901";
  options.origin = "elsewhere.example/9901";
  const auto connected = client::RemoteClient::connect(options, town.signer()->key());
  BOOST_REQUIRE(!connected);
  BOOST_TEST((connected.error().code() == Errc::refused));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace stafett::server::native
