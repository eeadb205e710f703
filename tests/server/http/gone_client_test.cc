// Whoever leaves while there is nothing to be sent is noticed; a body that fails ends its answer.

#include <boost/test/unit_test.hpp>

#include "engine/crypto/seeded_random.h"
#include "server/http/http_server.h"
#include "tests/server/http/client.h"
#include "tests/server/http/waiting_source.h"

namespace stafett::server::testing {
BOOST_AUTO_TEST_SUITE(gone_client_test)
namespace {

// A piece, and then an exception.
class FailingSource final : public BodySource {
 public:
  void begin(const boost::asio::any_io_executor&, const boost::asio::any_io_executor&) override {}
  boost::asio::awaitable<std::string> next() override {
    if (std::exchange(is_first_, false)) co_return std::string{"first"};
    throw std::runtime_error("of a library");
  }
  void stop() override {}

 private:
  bool is_first_ = true;
};

// A server whose routes are streams: one that waits, one that fails.
class Streaming final {
 public:
  Streaming() {
    router_.add(Method::get, "/waits", [this](const HttpRequest&) {
      HttpResponse response;
      response.source = std::make_shared<WaitingSource>(stopped);
      return response;
    });
    router_.add(
        Method::get, "/fails",
        [](const HttpRequest&) {
          HttpResponse response;
          response.source = std::make_shared<FailingSource>();
          return response;
        },
        Work::waits);
    HttpServerOptions options;
    options.observer = [this](const RequestRecord&) { ++observed; };
    server.emplace(router_, random_, std::move(options));
    const Result<std::uint16_t> bound = server->listen("127.0.0.1:0");
    BOOST_REQUIRE(bound.has_value());
    port = *bound;
    server->start();
  }

  std::promise<void> stopped;
  std::atomic<int> observed{0};
  std::uint16_t port = 0;

 private:
  crypto::SeededRandom random_{1};
  Router router_;

 public:
  std::optional<HttpServer> server;  // goes first
};

constexpr const char* kAsked = "GET /waits HTTP/1.1\r\nHost: x\r\n\r\n";

}  // namespace

BOOST_AUTO_TEST_CASE(a_stream_ends_when_its_client_has_gone) {
  Streaming running;
  {
    Client client{running.port};
    client.send(kAsked);
    BOOST_TEST(!client.is_closed());  // the answer has begun
  }
  BOOST_TEST(is_soon(running.stopped));
}

BOOST_AUTO_TEST_CASE(a_client_who_says_more_is_still_sent_the_rest) {
  Streaming running;
  Client client{running.port};
  client.send(std::string{kAsked} + "more");
  client.send("and more");
  std::future<bool> drained = std::async(std::launch::async, [&] {
    BOOST_TEST(!client.is_closed());
    return running.server->stop();
  });
  BOOST_TEST(drained.get());
  BOOST_TEST(is_soon(running.stopped));
}

BOOST_AUTO_TEST_CASE(a_body_that_fails_cuts_its_answer_short_and_the_server_goes_on) {
  Streaming running;
  for (int i = 0; i < 20; ++i) {
    Client client{running.port};
    client.send("GET /fails HTTP/1.1\r\nHost: x\r\n\r\n");
    BOOST_TEST(!client.read().has_value());  // no last chunk
    BOOST_TEST(client.is_closed());
  }
  BOOST_TEST(Client{running.port}.get("/none").value().result_int() == 404u);
  BOOST_TEST(running.server->stop());
  BOOST_TEST(running.observed.load() == 21);  // those that failed too
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::server::testing
