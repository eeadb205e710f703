// The server through TLS: what is answered whole, certificates that change under way, its stop.

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <future>
#include <latch>
#include <thread>

#include "engine/crypto/seeded_random.h"
#include "server/http/body_source.h"
#include "server/http/http_server.h"
#include "server/tls/tls_identity.h"
#include "tests/server/http/waiting_source.h"
#include "tests/support/temporary_directory.h"

namespace stafett::server::testing {
BOOST_AUTO_TEST_SUITE(tls_server_test)
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;

constexpr std::size_t kLargeBytes = 3'000'000;

std::shared_ptr<TlsIdentity> identity_called(const std::string& name) {
  const stafett::testing::TemporaryDirectory place;
  const TlsFiles files{place.path("chain.pem"), place.path("key.pem")};
  const std::string made =
      "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 90 -subj /CN=" +
      name + " -keyout " + files.key + " -out " + files.certificate + " 2>/dev/null";
  BOOST_REQUIRE(std::system(made.c_str()) == 0);
  Result<std::shared_ptr<TlsIdentity>> identity = TlsIdentity::load(files);
  BOOST_REQUIRE(identity.has_value());
  return *identity;
}

class Pieces final : public BodySource {
 public:
  void begin(const asio::any_io_executor&, const asio::any_io_executor&) override {}
  asio::awaitable<std::string> next() override {
    co_return sent_++ < 3 ? std::string(kLargeBytes / 3, 'p') : std::string{};
  }
  void stop() override {}

 private:
  int sent_ = 0;
};

class TlsClient final {
 public:
  using Response = http::response<http::string_body>;
  explicit TlsClient(std::uint16_t port) {
    stream_.next_layer().connect({asio::ip::make_address("127.0.0.1"), port});
    stream_.handshake(asio::ssl::stream_base::client);
  }
  Response ask(http::verb verb, const std::string& target, const std::string& body = {}) {
    http::request<http::string_body> request{verb, target, 11, body};
    request.set(http::field::host, "x");
    request.prepare_payload();
    http::write(stream_, request);
    http::response_parser<http::string_body> parser;
    parser.body_limit(2 * kLargeBytes);
    http::read(stream_, buffer_, parser);
    return parser.release();
  }
  // Asks, and leaves as soon as the answer begins.
  void ask_and_leave(const std::string& target) {
    http::request<http::empty_body> request{http::verb::get, target, 11};
    request.set(http::field::host, "x");
    http::write(stream_, request);
    BOOST_TEST(!is_closed());
    stream_.next_layer().close();
  }
  Response get(const std::string& target) { return ask(http::verb::get, target); }
  bool is_closed() {
    char byte;
    boost::system::error_code error;
    stream_.read_some(asio::buffer(&byte, 1), error);
    return static_cast<bool>(error);
  }

 private:
  asio::io_context io_;
  asio::ssl::context context_{asio::ssl::context::tls_client};
  asio::ssl::stream<tcp::socket> stream_{io_, context_};
  boost::beast::flat_buffer buffer_;
};

// Two threads that serve. `slow` answers when it is let go, and holds one of them.
class Running final {
 public:
  explicit Running(HttpLimits limits = {}) {
    router_.add(Method::get, "/fixed", [](const HttpRequest&) { return HttpResponse{}; });
    router_.add(Method::post, "/echo", [](const HttpRequest& request) {
      HttpResponse response;
      response.body = request.body;
      return response;
    });
    router_.add(Method::get, "/pieces", [](const HttpRequest&) {
      HttpResponse response;
      response.source = std::make_shared<Pieces>();
      return response;
    });
    router_.add(Method::get, "/waits", [this](const HttpRequest&) {
      HttpResponse response;
      response.source = std::make_shared<WaitingSource>(gone);
      return response;
    });
    router_.add(Method::get, "/slow", [this](const HttpRequest&) {
      entered.count_down();
      let_go.wait();
      return HttpResponse{};
    });
    HttpServerOptions options;
    options.limits = limits;
    options.limits.body_bytes_max = kLargeBytes;
    options.threads = 2;
    server.emplace(router_, random_, std::move(options));
    const Result<std::uint16_t> bound = server->listen("127.0.0.1:0", slot);
    BOOST_REQUIRE(bound.has_value());
    port = *bound;
    server->start();
  }

  const std::shared_ptr<TlsSlot> slot = std::make_shared<TlsSlot>(identity_called("first"));
  std::promise<void> gone;  // the stream that waits was stopped
  std::latch entered{2}, let_go{1};
  std::uint16_t port = 0;

 private:
  crypto::SeededRandom random_{1};
  Router router_;

 public:
  std::optional<HttpServer> server;  // goes first
};

}  // namespace

BOOST_AUTO_TEST_CASE(what_is_large_goes_through_whole) {
  Running running;
  TlsClient client{running.port};
  std::string body(kLargeBytes, 'b');
  body[kLargeBytes / 2] = 'x';
  BOOST_TEST((client.ask(http::verb::post, "/echo", body).body() == body));
  BOOST_TEST((client.get("/pieces").body() == std::string(kLargeBytes, 'p')));
}

BOOST_AUTO_TEST_CASE(a_stream_ends_when_its_client_has_gone) {
  Running running;
  TlsClient{running.port}.ask_and_leave("/waits");
  BOOST_TEST(is_soon(running.gone));
}

BOOST_AUTO_TEST_CASE(every_answer_says_to_come_back_encrypted) {
  Running running;
  TlsClient client{running.port};
  for (const std::string target : {"/fixed", "/none", "/pieces"})
    BOOST_TEST(std::string{client.get(target)["Strict-Transport-Security"]} == "max-age=31536000");
}

BOOST_AUTO_TEST_CASE(certificates_change_while_hands_are_shaken) {
  Running running;
  const auto second = identity_called("second");
  const auto first = running.slot->get();
  std::atomic<bool> is_over{false};
  std::vector<std::jthread> clients;
  std::atomic<unsigned> answered{0};
  for (int i = 0; i < 3; ++i)
    clients.emplace_back([&] {
      while (!is_over)
        if (TlsClient{running.port}.get("/fixed").result_int() == 200) ++answered;
    });
  for (int i = 0; answered < 30; ++i) running.slot->replace(i % 2 == 0 ? second : first);
  is_over = true;
  clients.clear();
  BOOST_TEST(running.server->handshakes().failed == 0u);
  BOOST_TEST(running.server->handshakes().done == answered);
}

BOOST_AUTO_TEST_CASE(a_stop_closes_handshakes_and_what_is_idle_and_answers_the_rest) {
  Running running;
  asio::io_context io;
  tcp::socket stalled{io};
  stalled.connect({asio::ip::make_address("127.0.0.1"), running.port});
  TlsClient idle{running.port};
  BOOST_TEST(idle.get("/fixed").result_int() == 200u);
  running.entered.count_down();  // one that is busy leaves a thread for the stop
  auto busy = std::async(std::launch::async, [&] {
    TlsClient client{running.port};
    const unsigned status = client.get("/slow").result_int();
    return status == 200 && client.is_closed();
  });
  running.entered.wait();
  auto stopped = std::async(std::launch::async, [&] { return running.server->stop(); });
  BOOST_TEST(idle.is_closed());
  char byte;
  boost::system::error_code error;
  stalled.read_some(asio::buffer(&byte, 1), error);
  BOOST_TEST(static_cast<bool>(error));
  running.let_go.count_down();
  BOOST_TEST(busy.get());
  BOOST_TEST(stopped.get());
}

BOOST_AUTO_TEST_CASE(whoever_does_not_agree_on_the_end_is_not_waited_for) {
  HttpLimits limits;
  limits.requests_max = 1;
  Running running{limits};
  TlsClient client{running.port};
  BOOST_TEST(client.get("/fixed").result_int() == 200u);
  // The server waits for a word that does not come, but not for long, and not past its stop.
  BOOST_TEST(running.server->stop());
}

BOOST_AUTO_TEST_CASE(a_server_whose_threads_are_all_stuck_is_not_alive) {
  Running running;
  BOOST_TEST(running.server->is_alive(std::chrono::seconds{60}));
  auto slow = [&] { return TlsClient{running.port}.get("/slow").result_int(); };
  auto one = std::async(std::launch::async, slow);
  auto other = std::async(std::launch::async, slow);
  running.entered.wait();
  BOOST_TEST(!running.server->is_alive(std::chrono::milliseconds{20}));
  running.let_go.count_down();
  BOOST_TEST(one.get() == 200u);
  BOOST_TEST(other.get() == 200u);
  BOOST_TEST(running.server->is_alive(std::chrono::seconds{60}));
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::server::testing
