// Bodies that a handler reads as they come, and bodies of a size of their own.

#include <boost/test/unit_test.hpp>
#include <condition_variable>
#include <deque>
#include <mutex>

#include "engine/crypto/seeded_random.h"
#include "server/http/http_server.h"
#include "server/http/problem.h"
#include "tests/server/http/client.h"

namespace stafett::server::testing {
BOOST_AUTO_TEST_SUITE(upload_test)
namespace {

constexpr std::uint64_t kBytesMax = 300'000;

// PUT /count: how many bytes came, and how that ended. PUT /refuse: nothing is read. POST /small.
class Uploads final {
 public:
  explicit Uploads(HttpLimits limits = {}) {
    router_.add({Method::put, "/count",
                 [this](const HttpRequest& request) {
                   std::array<std::uint8_t, 10'000> bytes;
                   std::size_t count = 0;
                   for (;;) {
                     const Result<std::size_t> got = request.streamed->read(bytes);
                     if (!got) return told(std::string{errc_name(got.error().code())});
                     if (*got == 0) return told(std::to_string(count));
                     count += *got;
                   }
                 },
                 Work::waits, BodyForm::streamed, kBytesMax});
    router_.add({Method::put, "/refuse",
                 [](const HttpRequest& request) { return problem("no-token", {}, request.id); },
                 Work::waits, BodyForm::streamed, kBytesMax});
    router_.add({Method::post, "/small",
                 [](const HttpRequest& request) {
                   HttpResponse response;
                   response.body = std::to_string(request.body.size());
                   return response;
                 },
                 Work::quick, BodyForm::whole, 10});
    HttpServerOptions options;
    options.limits = limits;
    options.threads = 2;
    server.emplace(router_, random_, std::move(options));
    const Result<std::uint16_t> bound = server->listen("127.0.0.1:0");
    BOOST_REQUIRE(bound.has_value());
    port = *bound;
    server->start();
  }
  // What the handler was told, in its turn.
  std::string ending() {
    std::unique_lock lock{mutex_};
    some_ended_.wait(lock, [this] { return !endings_.empty(); });
    std::string first = std::move(endings_.front());
    endings_.pop_front();
    return first;
  }

  std::uint16_t port = 0;

 private:
  HttpResponse told(std::string what) {
    HttpResponse response;
    response.type = "text/plain";
    response.body = what;
    const std::lock_guard lock{mutex_};
    endings_.push_back(std::move(what));
    some_ended_.notify_one();
    return response;
  }
  crypto::SeededRandom random_{1};
  Router router_;
  std::mutex mutex_;
  std::condition_variable some_ended_;
  std::deque<std::string> endings_;  // Guarded by mutex_.

 public:
  std::optional<HttpServer> server;  // goes first
};

std::string put(const std::string& path, std::size_t length, const std::string& more = {}) {
  return "PUT " + path + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(length) +
         "\r\n" + more + "\r\n";
}

std::string chunk(std::size_t length) {
  std::array<char, 20> hex;
  const int size = std::snprintf(hex.data(), hex.size(), "%zx\r\n", length);
  return std::string(hex.data(), static_cast<std::size_t>(size)) + std::string(length, 'x') +
         "\r\n";
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_body_is_read_as_it_comes_and_another_request_may_follow) {
  Uploads uploads;
  Client client{uploads.port};
  for (const std::size_t length : {std::size_t{0}, std::size_t{1}, std::size_t{kBytesMax}}) {
    client.send(put("/count", length));
    for (std::size_t sent = 0; sent < length; sent += 50'000)
      client.send(std::string(std::min<std::size_t>(50'000, length - sent), 'x'));
    const auto response = client.read();
    BOOST_REQUIRE(response.has_value());
    BOOST_TEST(response->body() == std::to_string(length));
  }
  client.send("PUT /count HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" +
              chunk(70'000) + chunk(5) + "0\r\n\r\n");
  BOOST_TEST(client.read()->body() == "70005");
}

BOOST_AUTO_TEST_CASE(leave_to_send_is_given_when_the_handler_begins_to_read) {
  Uploads uploads;
  Client reading{uploads.port};
  reading.send(put("/count", 3, "Expect: 100-continue\r\n"));
  BOOST_TEST(reading.read()->result_int() == 100u);
  reading.send("abc");
  BOOST_TEST(reading.read()->body() == "3");
  // Whoever is refused is told so, and is not to send at all.
  Client refused{uploads.port};
  refused.send(put("/refuse", 3, "Expect: 100-continue\r\n"));
  BOOST_TEST(refused.read()->result_int() == 401u);
  BOOST_TEST(refused.is_closed());
}

BOOST_AUTO_TEST_CASE(whoever_sends_without_leave_gets_the_refusal_all_the_same) {
  Uploads uploads;
  for (int i = 0; i < 20; ++i) {
    Client client{uploads.port};
    client.send(put("/refuse", kBytesMax));
    client.send(std::string(kBytesMax, 'x'));
    const auto response = client.read();
    BOOST_REQUIRE(response.has_value());
    BOOST_TEST(response->result_int() == 401u);
    BOOST_TEST(client.read_error() == boost::asio::error::eof);  // and no reset
  }
}

BOOST_AUTO_TEST_CASE(more_than_the_route_takes_is_refused_before_or_ends_the_reading) {
  Uploads uploads;
  Client known{uploads.port};
  known.send(put("/count", kBytesMax + 1));
  BOOST_TEST(known.read()->result_int() == 413u);
  Client chunked{uploads.port};
  chunked.send("PUT /count HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" +
               chunk(kBytesMax) + "1\r\n");
  BOOST_TEST(chunked.read()->body() == "too-large");
  BOOST_TEST(chunked.is_closed());
}

BOOST_AUTO_TEST_CASE(a_route_may_take_less_than_others) {
  Uploads uploads;
  Client client{uploads.port};
  client.send("POST /small HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n0123456789");
  BOOST_TEST(client.read()->body() == "10");
  client.send("POST /small HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\n0123456789a");
  BOOST_TEST(client.read()->result_int() == 413u);
}

BOOST_AUTO_TEST_CASE(whoever_stops_sending_ends_the_reading) {
  HttpLimits limits;
  limits.body_time = std::chrono::milliseconds{50};
  Uploads uploads{limits};
  Client silent{uploads.port};
  silent.send(put("/count", 10) + "abc");
  BOOST_TEST(uploads.ending() == "io");
  Uploads others;
  auto gone = std::make_unique<Client>(others.port);
  gone->send(put("/count", 10) + "abc");
  gone.reset();
  BOOST_TEST(others.ending() == "io");
}

BOOST_AUTO_TEST_CASE(a_body_has_a_time_in_all) {
  HttpLimits limits;
  limits.upload_time = std::chrono::milliseconds{50};
  Uploads uploads{limits};
  Client slow{uploads.port};
  slow.send(put("/count", 10) + "abc");
  BOOST_TEST(uploads.ending() == "io");
}

BOOST_AUTO_TEST_CASE(a_stop_ends_an_upload_that_does_not_end) {
  HttpLimits limits;
  limits.drain_time = std::chrono::milliseconds{50};
  Uploads uploads{limits};
  Client client{uploads.port};
  client.send(put("/count", 10, "Expect: 100-continue\r\n"));
  BOOST_TEST(client.read()->result_int() == 100u);  // the handler waits for the rest
  BOOST_TEST(!uploads.server->stop());
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::server::testing
