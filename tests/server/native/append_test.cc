// Events handed in over the native stream, and what comes back.

#include "server/client/verify_event.h"
#include "tests/server/native/served_town.h"

namespace stafett::server::native {
BOOST_AUTO_TEST_SUITE(append_test)
namespace {

using testing::RawClient;
using testing::ServedTown;
using namespace std::chrono_literals;

EventId new_id(ServedTown& town) {
  return make_event_id(town.town.clock.now(), town.town.random);
}
std::vector<AppendOutcome> appended(client::LogClient& client, const log::SubmissionGroup& group) {
  auto answer = client.append(group, 10s);
  BOOST_REQUIRE_MESSAGE(answer, (answer ? "" : answer.error().to_string()));
  return std::move(*answer);
}

}  // namespace

BOOST_AUTO_TEST_CASE(what_is_accepted_is_answered_with_its_receipt_when_it_is_durable) {
  ServedTown town;
  const auto remote = town.connect();
  const EventId id = new_id(town);
  const auto outcomes = appended(*remote, town.digest(id));
  BOOST_REQUIRE(outcomes.size() == 1u);
  const auto* receipt = std::get_if<log::Receipt>(&outcomes[0]);
  BOOST_REQUIRE(receipt);
  BOOST_TEST((receipt->event == id));
  BOOST_TEST((receipt->position < Position{town.size().value()}));
  const auto entry = town.log().log.store().entry(receipt->position);
  BOOST_REQUIRE(entry);
  const auto verified =
      client::verify_event(town.log().log.origin_hash(), receipt->position, *entry, {});
  BOOST_REQUIRE(verified);
  BOOST_TEST((verified->leaf_hash == receipt->leaf_hash));
}

BOOST_AUTO_TEST_CASE(the_same_bytes_again_get_the_same_receipt_and_record_nothing) {
  ServedTown town;
  const auto remote = town.connect();
  const log::SubmissionGroup group = town.digest(new_id(town));
  const auto first = appended(*remote, group);
  const TreeSize size = town.size();
  const auto second = appended(*remote, group);
  BOOST_TEST(
      (std::get<log::Receipt>(first[0]).position == std::get<log::Receipt>(second[0]).position));
  BOOST_TEST((town.size() == size));
}

BOOST_AUTO_TEST_CASE(what_is_refused_says_why) {
  ServedTown town;
  const auto remote = town.connect();
  log::SubmissionGroup forged = town.digest(new_id(town));
  *forged.signature.data() ^= 1;
  auto outcomes = appended(*remote, forged);
  BOOST_REQUIRE(std::holds_alternative<Refused>(outcomes[0]));
  BOOST_TEST(std::get<Refused>(outcomes[0]).refusal.code == "bad-signature");
  BOOST_TEST(!std::get<Refused>(outcomes[0]).again);
  log::SubmissionGroup cut = town.digest(new_id(town));
  cut.events[0].intent.resize(16);
  outcomes = appended(*remote, cut);
  BOOST_TEST(std::get<Refused>(outcomes[0]).refusal.code == "malformed-intent");
}

BOOST_AUTO_TEST_CASE(more_than_may_be_under_way_is_refused_and_may_be_sent_again) {
  NativeLimits limits;
  limits.appends_max = 0;
  ServedTown town{limits};
  const auto remote = town.connect();
  const TreeSize size = town.size();
  const auto outcomes = appended(*remote, town.digest(new_id(town)));
  const auto& refused = std::get<Refused>(outcomes[0]);
  BOOST_TEST(refused.refusal.code == "queue-full");
  BOOST_TEST(refused.again);
  BOOST_TEST((town.size() == size));
}

BOOST_AUTO_TEST_CASE(whoever_does_not_take_its_answers_is_not_read_further) {
  NativeLimits limits;
  limits.appends_max = 0;  // answered at once
  limits.control_bytes_max = 64 * 1024;
  ServedTown town{limits};
  RawClient client{town};
  AppendFrame frame{1, {}};
  frame.group.events.resize(256);
  Bytes bytes;
  BOOST_REQUIRE(write_frame(bytes, ClientFrame{frame}));
  std::size_t sent = 0;  // of frames; the buffers of both sockets are not endless either
  while (sent < 5000 && client.say_within(bytes, 1s)) ++sent;
  BOOST_TEST(sent > 0u);
  BOOST_TEST(sent < 5000u);
}

BOOST_AUTO_TEST_CASE(as_many_events_as_one_append_may_have_are_each_answered_with_a_receipt) {
  ServedTown town;
  const auto remote = town.connect();
  const auto outcomes = appended(*remote, town.digests(kAppendEventsMax));
  BOOST_REQUIRE(outcomes.size() == kAppendEventsMax);
  for (const AppendOutcome& one : outcomes)
    BOOST_REQUIRE(std::holds_alternative<log::Receipt>(one));
}

BOOST_AUTO_TEST_CASE(more_events_than_an_answer_holds_receipts_for_are_refused) {
  ServedTown town;
  const auto remote = town.connect();
  const TreeSize size = town.size();
  for (const std::size_t count : {kAppendEventsMax + 1, std::size_t{2000}}) {
    const auto outcomes = appended(*remote, town.digests(count));
    BOOST_TEST(outcomes.size() == count);
    const auto& refused = std::get<Refused>(outcomes.at(0));
    BOOST_TEST(refused.refusal.code == "too-large");
    BOOST_TEST(!refused.again);
  }
  BOOST_TEST((town.size() == size));
  const auto outcomes = appended(*remote, town.digest(new_id(town)));
  BOOST_TEST(std::holds_alternative<log::Receipt>(outcomes.at(0)));
}

BOOST_AUTO_TEST_CASE(many_appends_of_one_connection_are_each_answered) {
  ServedTown town;
  RawClient client{town};
  std::set<RequestId> waited;
  for (RequestId request = 1; request <= 40; ++request) {
    client.say(AppendFrame{request, town.digest(new_id(town))});
    waited.insert(request);
  }
  while (!waited.empty()) {
    const auto answer = client.get<AnswerFrame>();
    BOOST_TEST(std::holds_alternative<log::Receipt>(answer.outcomes.at(0)));
    BOOST_TEST(waited.erase(answer.request) == 1u);
  }
}

BOOST_AUTO_TEST_CASE(a_stop_answers_what_the_log_has_been_handed) {
  ServedTown town;
  RawClient client{town};
  Bytes both;  // in one write, so that the server has both before it answers
  BOOST_REQUIRE(write_frame(both, ClientFrame{AppendFrame{1, town.digest(new_id(town))}}));
  BOOST_REQUIRE(write_frame(both, ClientFrame{AppendFrame{2, town.digest(new_id(town))}}));
  client.say_bytes(both);
  const auto first = client.get<AnswerFrame>();
  std::thread stops{[&] { (void)town.server->stop(); }};
  std::vector<ServerFrame> rest;
  while (auto frame = client.next()) rest.push_back(std::move(*frame));
  client.close();
  stops.join();
  BOOST_REQUIRE(!rest.empty());
  const auto* last = std::get_if<FaultFrame>(&rest.back());
  BOOST_REQUIRE(last);
  BOOST_TEST(last->code == "stopping");
  BOOST_TEST(rest.size() == 2u);  // and the second answer before it
}

BOOST_AUTO_TEST_CASE(in_the_logs_own_process_it_is_the_same) {
  ServedTown town;
  client::LocalClient local{
      town.log(), town.open, {town.person("lise"), "lise", TimeUs{INT64_MAX}}};
  const auto outcomes = appended(local, town.digest(new_id(town)));
  BOOST_TEST(std::holds_alternative<log::Receipt>(outcomes[0]));
}

BOOST_AUTO_TEST_CASE(an_opening_that_opens_nothing_is_not_believed) {
  ServedTown town;
  const Position last{town.size().value() - 1};
  const auto opened = town.log().log.opener().open(last);
  const auto entry = town.log().log.store().entry(last);
  BOOST_REQUIRE(opened);
  BOOST_REQUIRE(entry);
  BOOST_REQUIRE(!opened->parts.empty());
  const Hash& origin = town.log().log.origin_hash();
  BOOST_TEST(client::verify_event(origin, last, *entry, opened->parts).has_value());
  auto parts = opened->parts;
  parts[0].plaintext.push_back(0);
  BOOST_TEST(!client::verify_event(origin, last, *entry, parts));
  parts = opened->parts;
  parts[0].part_class = format::PartClass::identity;
  BOOST_TEST(!client::verify_event(origin, last, *entry, parts));
  BOOST_TEST(!client::verify_event(Hash{}, last, *entry, opened->parts));
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::server::native
