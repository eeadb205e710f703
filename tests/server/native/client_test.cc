// Our own clients, in the log's process and outside: they get the same, check it, and give up what
// is silent or not the log they mean.

#include "engine/transparency/tree.h"
#include "tests/server/native/golden_frames.h"
#include "tests/server/native/streams.h"

namespace stafett::server::native {
BOOST_AUTO_TEST_SUITE(client_test)
namespace {

using client::StreamItem;
using testing::got;
using testing::kPlenty;
using testing::positions_until;
using testing::range;
using testing::RawClient;
using testing::ServedTown;
using testing::subscription;
using namespace std::chrono_literals;

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
