// The server over real sockets: what it answers, what it refuses, how it stops.

#include "server/http/http_server.h"

#include <boost/json.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <future>
#include <latch>
#include <ostream>

#include "engine/crypto/seeded_random.h"
#include "server/http/problem.h"
#include "tests/server/http/client.h"

namespace stafett::server::testing {
BOOST_AUTO_TEST_SUITE(http_server_test)
namespace {

namespace http = boost::beast::http;

// A server with a few routes. `slow` answers when it is let go.
class Running final {
 public:
  explicit Running(HttpLimits limits = {}) {
    router_.add(Method::get, "/fixed", [](const HttpRequest&) {
      HttpResponse response;
      response.type = "text/plain";
      response.body = "hello";
      response.etag = "abc";
      return response;
    });
    router_.add(Method::post, "/echo", [](const HttpRequest& request) {
      HttpResponse response;
      response.body = request.body;
      return response;
    });
    router_.add(Method::get, "/slow", [this](const HttpRequest&) {
      entered.count_down();
      let_go.wait();
      return HttpResponse{};
    });
    router_.add(Method::get, "/throws", [](const HttpRequest&) -> HttpResponse {
      throw std::runtime_error("of a library");
    });
    HttpServerOptions options;
    options.limits = limits;
    options.threads = 2;
    options.observer = [this](const RequestRecord& record) {
      const std::lock_guard lock{mutex_};
      records_.push_back(std::string{record.method} + " " + std::string{record.route} + " " +
                         std::to_string(record.status) + " " + std::string{record.trace});
    };
    server.emplace(router_, random_, std::move(options));
    const Result<std::uint16_t> bound = server->listen("127.0.0.1:0");
    BOOST_REQUIRE(bound.has_value());
    port = *bound;
    server->start();
  }
  Client client() const { return Client{port}; }
  // All that was told; the server has stopped.
  std::vector<std::string> records() {
    server->stop();
    const std::lock_guard lock{mutex_};
    return records_;
  }

  std::latch entered{1}, let_go{1};
  std::uint16_t port = 0;

 private:
  crypto::SeededRandom random_{1};
  Router router_;
  std::mutex mutex_;
  std::vector<std::string> records_;  // Guarded by mutex_.

 public:
  std::optional<HttpServer> server;  // goes first
};

std::string code_of(const Client::Response& response) {
  BOOST_TEST(std::string{response[http::field::content_type]} == "application/problem+json");
  const boost::json::object body = boost::json::parse(response.body()).as_object();
  BOOST_TEST(body.at("status").to_number<unsigned>() == response.result_int());
  return std::string{body.at("code").as_string()};
}

HttpLimits quick() {
  HttpLimits limits;
  limits.header_time = limits.idle_time = limits.body_time = std::chrono::milliseconds{50};
  return limits;
}

}  // namespace

BOOST_AUTO_TEST_CASE(one_connection_asks_again_and_again) {
  Running running;
  Client client = running.client();
  for (int i = 0; i < 3; ++i) {
    const auto response = client.get("/fixed");
    BOOST_REQUIRE(response.has_value());
    BOOST_TEST(response->result_int() == 200u);
    BOOST_TEST(response->body() == "hello");
    BOOST_TEST(std::string{(*response)[http::field::etag]} == "\"abc\"");
    BOOST_TEST(std::string{(*response)["X-Request-Id"]}.size() == 36u);
  }
}

BOOST_AUTO_TEST_CASE(pipelined_requests_are_answered_in_order) {
  Running running;
  Client client = running.client();
  client.send(
      "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n1"
      "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n2");
  BOOST_TEST(client.read().value().body() == "1");
  BOOST_TEST(client.read().value().body() == "2");
}

BOOST_AUTO_TEST_CASE(head_has_the_length_and_no_body) {
  Running running;
  Client client = running.client();
  client.send("HEAD /fixed HTTP/1.1\r\nHost: x\r\n\r\n");
  const auto response = client.read(true);
  BOOST_REQUIRE(response.has_value());
  BOOST_TEST(std::string{(*response)[http::field::content_length]} == "5");
  BOOST_TEST(client.get("/fixed").value().body() == "hello");
}

const std::vector<std::pair<std::string, unsigned>> kConditions = {
    {"\"abc\"", 304}, {"W/\"abc\"", 304}, {"\"x\", \"abc\"", 304},
    {"*", 304},       {"\"other\"", 200}, {"\"abc\"d\"", 304},
    {"abc", 200},     {"\"xabc\"", 200}};
BOOST_DATA_TEST_CASE(what_the_client_has_is_not_sent_again,
                     boost::unit_test::data::xrange(kConditions.size()), i) {
  Running running;
  Client client = running.client();
  const auto response = client.get("/fixed", "If-None-Match: " + kConditions[i].first + "\r\n");
  BOOST_REQUIRE(response.has_value());
  BOOST_TEST(response->result_int() == kConditions[i].second);
  BOOST_TEST(response->body().empty() == (kConditions[i].second == 304));
  BOOST_TEST(client.get("/fixed").value().body() == "hello");
}

struct Refused {
  std::string name, sent, code;
};
std::ostream& operator<<(std::ostream& out, const Refused& row) {
  return out << row.name;
}
const std::vector<Refused> kRefused = {
    {"no_such_path", "GET /none HTTP/1.1\r\nHost: x\r\n\r\n", "not-found"},
    {"no_such_method", "PUT /fixed HTTP/1.1\r\nHost: x\r\n\r\n", "method-not-allowed"},
    {"not_http", "hello\r\n\r\n", "bad-request"},
    {"wrong_version", "GET /fixed HTTP/3.9\r\nHost: x\r\n\r\n", "bad-request"},
    {"dots_in_the_path", "GET /a/../fixed HTTP/1.1\r\nHost: x\r\n\r\n", "bad-target"},
    {"absolute_target", "GET http://x/fixed HTTP/1.1\r\nHost: x\r\n\r\n", "bad-target"},
    {"handler_throws", "GET /throws HTTP/1.1\r\nHost: x\r\n\r\n", "internal"},
    {"long_header", "GET /fixed HTTP/1.1\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n",
     "headers-too-large"},
    {"large_body", "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999\r\n\r\n",
     "body-too-large"},
    {"two_lengths",
     "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
     "bad-request"},
    {"length_and_chunks",
     "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n",
     "bad-request"},
};
BOOST_DATA_TEST_CASE(bad_requests_get_a_problem, kRefused, row) {
  Running running;
  Client client = running.client();
  client.send(row.sent);
  const auto response = client.read();
  BOOST_REQUIRE(response.has_value());
  BOOST_TEST(code_of(*response) == row.code);
  if (row.code == "method-not-allowed")
    BOOST_TEST(std::string{(*response)[http::field::allow]} == "GET, HEAD");
  BOOST_TEST(running.client().get("/fixed").value().body() == "hello");  // others are not touched
}

BOOST_AUTO_TEST_CASE(whoever_sends_half_a_request_is_let_go) {
  Running running{quick()};
  for (const std::string half :
       {"GET /fixed HT", "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\na"}) {
    Client client = running.client();
    client.send(half);
    BOOST_TEST(client.is_closed());
  }
}

BOOST_AUTO_TEST_CASE(whoever_says_nothing_is_let_go) {
  Running running{quick()};
  Client silent = running.client();
  BOOST_TEST(silent.is_closed());
  // Long enough for the client to have its turn and ask, on a busy machine too.
  HttpLimits limits;
  limits.idle_time = std::chrono::seconds{2};
  Running patient{limits};
  Client asked_once = patient.client();
  BOOST_TEST(asked_once.get("/fixed").value().body() == "hello");
  BOOST_TEST(asked_once.is_closed());
}

BOOST_AUTO_TEST_CASE(one_client_too_many_is_turned_away) {
  HttpLimits limits;
  limits.connections_max = 2;
  Running running{limits};
  Client first = running.client();
  Client second = running.client();
  BOOST_TEST(first.get("/fixed").value().body() == "hello");
  BOOST_TEST(second.get("/fixed").value().body() == "hello");
  Client third = running.client();
  const auto response = third.read();
  BOOST_REQUIRE(response.has_value());
  BOOST_TEST(code_of(*response) == "overloaded");
  BOOST_TEST(std::string{(*response)[http::field::retry_after]} == "5");
  BOOST_TEST(second.get("/fixed").value().body() == "hello");
}

BOOST_AUTO_TEST_CASE(a_connection_ends_after_so_many_requests) {
  HttpLimits limits;
  limits.requests_max = 2;
  Running running{limits};
  Client client = running.client();
  BOOST_TEST(client.get("/fixed").value().body() == "hello");
  BOOST_TEST(client.get("/fixed").value().body() == "hello");
  BOOST_TEST(client.is_closed());
}

BOOST_AUTO_TEST_CASE(whoever_waits_for_leave_to_send_gets_it) {
  Running running;
  Client client = running.client();
  client.send(
      "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  BOOST_TEST(client.read().value().result_int() == 100u);
  client.send("ab");
  BOOST_TEST(client.read().value().body() == "ab");
}

BOOST_AUTO_TEST_CASE(a_stop_answers_what_has_come_and_closes_what_is_idle) {
  Running running;
  Client idle = running.client();
  BOOST_TEST(idle.get("/fixed").value().body() == "hello");
  Client busy = running.client();
  busy.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
  running.entered.wait();
  auto stopped = std::async(std::launch::async, [&] { return running.server->stop(); });
  BOOST_TEST(idle.is_closed());
  running.let_go.count_down();
  const auto response = busy.read();
  BOOST_REQUIRE(response.has_value());
  BOOST_TEST(response->result_int() == 200u);
  BOOST_TEST(busy.is_closed());
  BOOST_TEST(stopped.get());
  BOOST_CHECK_THROW(running.client(), boost::system::system_error);
}

BOOST_AUTO_TEST_CASE(a_stop_does_not_wait_for_half_a_request) {
  Running running;
  Client half = running.client();
  half.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  BOOST_TEST(half.read().value().result_int() == 100u);  // and now it waits for the body
  BOOST_TEST(running.server->stop());
  BOOST_TEST(half.is_closed());
}

BOOST_AUTO_TEST_CASE(only_loopback_is_served_in_clear) {
  crypto::SeededRandom random{1};
  const Router router;
  HttpServer server{router, random, {}};
  for (const std::string endpoint :
       {"0.0.0.0:0", "192.0.2.1:0", "[::]:0", "127.0.0.1", "127.0.0.1:x", "127.0.0.1:70000",
        "::1:80", "[127.0.0.1]:80", ":80"}) {
    BOOST_TEST_CONTEXT(endpoint) {
      const Result<std::uint16_t> port = server.listen(endpoint);
      BOOST_REQUIRE(!port.has_value());
      BOOST_TEST((port.error().code() == Errc::invalid_argument));
    }
  }
  Running running;
  const Result<std::uint16_t> taken = server.listen("127.0.0.1:" + std::to_string(running.port));
  BOOST_REQUIRE(!taken.has_value());
  BOOST_TEST((taken.error().code() == Errc::io));
}

BOOST_AUTO_TEST_CASE(what_is_told_names_the_route_and_never_the_path) {
  Running running;
  const std::string trace = "4bf92f3577b34da6a3ce929d0e0e4736";
  {
    Client client = running.client();
    (void)client.get("/fixed?person=lise", "traceparent: 00-" + trace + "-00f067aa0ba902b7-01\r\n");
    (void)client.get("/lise");
  }
  const std::vector<std::string> expected{"GET /fixed 200 " + trace, "GET  404 "};
  BOOST_TEST(running.records() == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::server::testing
