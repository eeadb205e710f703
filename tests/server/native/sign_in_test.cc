// Who gets into the native stream, and who is told nothing but no.

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <filesystem>

#include "server/native/native_connection.h"
#include "tests/server/native/served_town.h"

namespace stafett::server::native {
BOOST_AUTO_TEST_SUITE(sign_in_test)
namespace {

using testing::RawClient;
using testing::ServedTown;

std::string fault_after(ServedTown& town, const std::function<void(RawClient&)>& say) {
  RawClient client{town.port};
  say(client);
  const std::string code = client.get<FaultFrame>().code;
  BOOST_TEST(client.is_closed());
  return code;
}

}  // namespace

BOOST_AUTO_TEST_CASE(whoever_has_an_enrolled_key_is_who_it_belongs_to) {
  ServedTown town;
  RawClient client{town.port};
  BOOST_TEST(client.hello.version == kProtocolVersion);
  BOOST_REQUIRE(client.hello.logs.size() == 1u);
  BOOST_TEST(client.hello.logs[0].name == "9901");
  BOOST_TEST(client.hello.logs[0].origin == "stafett.example/9901");
  client.say(client.signed_by(town, town.signer()->key()));
  const auto signed_in = client.get<SignedInFrame>();
  BOOST_TEST((signed_in.actor == town.person("lise")));
  BOOST_TEST((signed_in.size == town.size()));
}

BOOST_AUTO_TEST_CASE(every_connection_has_a_challenge_of_its_own) {
  ServedTown town;
  BOOST_TEST((RawClient{town.port}.hello.challenge != RawClient{town.port}.hello.challenge));
}

BOOST_AUTO_TEST_CASE(a_key_that_is_not_enrolled_is_refused) {
  ServedTown town;
  const auto stranger = crypto::SigningKey::generate(town.town.random);
  BOOST_TEST(fault_after(town, [&](RawClient& client) {
               client.say(client.signed_by(town, stranger));
             }) == "sign-in-refused");
}

BOOST_AUTO_TEST_CASE(a_sign_in_that_is_refused_is_noted_and_counted_without_a_name) {
  ServedTown town;
  fault_after(town, [&](RawClient& client) {
    SignInFrame frame = client.signed_by(town, crypto::SigningKey::generate(town.town.random));
    frame.key = town.signer()->key().id();
    client.say(frame);
  });
  BOOST_TEST(town.refused == "native: no valid key of anybody known signed this");
  BOOST_TEST(town.server->figures().sign_ins_refused == 1u);
}

BOOST_AUTO_TEST_CASE(a_key_that_did_not_sign_is_refused) {
  ServedTown town;
  const auto stranger = crypto::SigningKey::generate(town.town.random);
  BOOST_TEST(fault_after(town, [&](RawClient& client) {
               SignInFrame frame = client.signed_by(town, stranger);
               frame.key = town.signer()->key().id();
               client.say(frame);
             }) == "sign-in-refused");
}

BOOST_AUTO_TEST_CASE(the_answer_to_another_connections_challenge_is_refused) {
  ServedTown town;
  SignInFrame recorded;
  {
    RawClient client{town.port};
    recorded = client.signed_by(town, town.signer()->key());
    client.say(recorded);
    client.get<SignedInFrame>();
  }
  BOOST_TEST(fault_after(town, [&](RawClient& client) { client.say(recorded); }) ==
             "sign-in-refused");
}

BOOST_AUTO_TEST_CASE(what_was_signed_for_another_log_is_refused) {
  ServedTown town;
  const auto signer = town.signer();
  BOOST_TEST(fault_after(town, [&](RawClient& client) {
               const KeyId id = signer->key().id();
               const Bytes message = sign_in_message(Hash{}, client.hello.challenge, id, {});
               client.say(SignInFrame{"9901", id, signer->key().sign(message)});
             }) == "sign-in-refused");
}

BOOST_AUTO_TEST_CASE(the_programs_own_key_is_nobodys) {
  ServedTown town;
  BOOST_TEST(fault_after(town, [&](RawClient& client) {
               client.say(client.signed_by(town, town.log().log.system().key()));
             }) == "sign-in-refused");
}

BOOST_AUTO_TEST_CASE(a_log_that_is_not_here_is_said_to_be_so) {
  ServedTown town;
  BOOST_TEST(fault_after(town, [&](RawClient& client) {
               SignInFrame frame = client.signed_by(town, town.signer()->key());
               frame.log = "1234";
               client.say(frame);
             }) == "no-such-log");
}

BOOST_AUTO_TEST_CASE(before_the_sign_in_nothing_else_is_taken) {
  ServedTown town;
  BOOST_TEST(fault_after(town, [](RawClient& client) { client.say(CancelFrame{1}); }) ==
             "malformed");
  const Bytes large{0x08, 0x10, 0x00, 0x00};  // 4104 bytes
  BOOST_TEST(fault_after(town, [&](RawClient& client) { client.say_bytes(large); }) == "too-large");
  const Bytes odd{0x07, 0x00, 0x00, 0x00};
  BOOST_TEST(fault_after(town, [&](RawClient& client) { client.say_bytes(odd); }) == "malformed");
}

BOOST_AUTO_TEST_CASE(whoever_does_not_sign_in_in_time_is_closed) {
  NativeLimits limits;
  limits.sign_in_time = std::chrono::milliseconds{50};
  ServedTown town{limits};
  RawClient client{town.port};
  BOOST_TEST(client.is_closed());
}

// Shakes hands for a while, then tells how long each read may last, and is gone.
class SlowWire final : public Wire {
 public:
  SlowWire(boost::asio::io_context& io, std::vector<std::chrono::milliseconds>& reads)
      : io_(io), reads_(reads) {}
  boost::asio::any_io_executor executor() override { return io_.get_executor(); }
  boost::asio::awaitable<boost::system::error_code> shake_hands(
      std::chrono::milliseconds longest) override {
    reads_.push_back(longest);
    boost::asio::steady_timer timer{io_, std::chrono::milliseconds{60}};
    co_await timer.async_wait(boost::asio::use_awaitable);
    co_return boost::system::error_code{};
  }
  boost::asio::awaitable<WireRead> read_some(boost::asio::mutable_buffer,
                                             std::chrono::milliseconds longest) override {
    reads_.push_back(longest);
    co_return WireRead{boost::asio::error::eof, 0};
  }
  boost::asio::awaitable<boost::system::error_code> write(boost::asio::const_buffer,
                                                          std::chrono::milliseconds) override {
    co_return boost::system::error_code{};
  }
  void shut_down_send() override {}
  void close() override {}
  Bytes channel_binding() const override { return {}; }

 private:
  boost::asio::io_context& io_;
  std::vector<std::chrono::milliseconds>& reads_;
};

BOOST_AUTO_TEST_CASE(the_time_to_sign_in_begins_with_the_connection_and_not_anew) {
  ServedTown town;
  NativeLimits limits;
  limits.sign_in_time = std::chrono::milliseconds{1'000};
  NativeCounts counts;
  boost::asio::io_context io;
  const NativeService service{town.logs,         limits, town.open, counts, town.town.random,
                              io.get_executor(), {}};
  std::vector<std::chrono::milliseconds> reads;
  const auto connection =
      std::make_shared<NativeConnection>(service, std::make_unique<SlowWire>(io, reads));
  boost::asio::co_spawn(io, connection->run(),
                        [](const std::exception_ptr& failure) { BOOST_TEST(!failure); });
  io.run();
  BOOST_REQUIRE(reads.size() == 2u);
  BOOST_TEST(reads[0].count() <= 1'000);
  BOOST_TEST(reads[1].count() <= 940);
}

std::size_t threads_now() {
  const std::filesystem::directory_iterator all{"/proc/self/task"};
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

BOOST_AUTO_TEST_CASE(without_an_endpoint_no_thread_begins) {
  ServedTown town;
  const std::size_t before = threads_now();
  NativeServer server{town.logs, town.open, town.town.random, {}};
  server.start();
  BOOST_TEST(threads_now() == before);
  BOOST_TEST(server.stop());
}

BOOST_AUTO_TEST_CASE(a_key_that_is_revoked_ends_the_connection_and_opens_no_other) {
  ServedTown town;
  const auto signer = town.signer();
  RawClient client{town.port};
  client.say(client.signed_by(town, signer->key()));
  client.get<SignedInFrame>();
  const format::KeyRevoked revoked{signer->key().id(), std::nullopt,
                                   format::RevocationReason::lost};
  const auto outcomes = town.log().log.submit_and_wait(town.signer("admin")->sign_engine(
      revoked, town.log().log.streams().engine,
      make_event_id(town.town.clock.now(), town.town.random), town.town.clock.now()));
  BOOST_REQUIRE(outcomes.front());
  BOOST_REQUIRE(std::holds_alternative<log::Receipt>(*outcomes.front()));
  BOOST_TEST(client.get<FaultFrame>().code == "key-revoked");
  BOOST_TEST(client.is_closed());
  BOOST_TEST(fault_after(town, [&](RawClient& again) {
               again.say(again.signed_by(town, signer->key()));
             }) == "sign-in-refused");
}

BOOST_AUTO_TEST_CASE(a_connection_lasts_no_longer_than_its_session) {
  NativeLimits limits;
  limits.session_time = std::chrono::hours{1};
  limits.heartbeat_time = std::chrono::milliseconds{20};
  ServedTown town{limits};
  RawClient client{town};
  town.town.clock.set(TimeUs{town.town.clock.now().value() + 3'600'000'000});
  BOOST_TEST(client.get<FaultFrame>().code == "session-ended");
}

BOOST_AUTO_TEST_CASE(more_connections_than_there_may_be_are_closed) {
  NativeLimits limits;
  limits.connections_max = 1;
  ServedTown town{limits};
  RawClient first{town};
  boost::asio::io_context io;
  boost::asio::ip::tcp::socket second{io};
  second.connect({boost::asio::ip::address_v4::loopback(), town.port});
  std::array<char, 1> byte;
  boost::system::error_code error;
  (void)second.read_some(boost::asio::buffer(byte), error);
  BOOST_TEST(bool(error));
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::server::native
