// The sender of webhooks: how much time a request has, names that are not found, its end.

#include "server/groups/webhook_sender.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>  // brings getaddrinfo's types
#include <boost/json.hpp>
#include <cstdlib>
#include <latch>

#include "server/groups/webhook_post.h"
#include "tests/server/groups/served_groups.h"

namespace stafett::server::testing {
namespace {

// Names are looked up by whoever waits for this.
std::latch& names_are_told() {
  static std::latch latch{1};
  return latch;
}

}  // namespace
}  // namespace stafett::server::testing

// In the place of the operating system's, which takes as long as it likes.
extern "C" int getaddrinfo(const char*, const char*, const addrinfo*, addrinfo**) {
  stafett::server::testing::names_are_told().wait();
  return EAI_NONAME;
}

namespace stafett::server::testing {

BOOST_AUTO_TEST_SUITE(webhook_sender)

BOOST_AUTO_TEST_CASE(a_name_that_is_not_found_in_time_is_not_waited_for) {
  boost::asio::io_context io{1};
  boost::asio::ssl::context trusted{boost::asio::ssl::context::tls_client};
  const Result<WebUrl> url = parse_webhook_url("https://receiver.stafett.example/in");
  BOOST_REQUIRE(url.has_value());
  WebhookMessage message;
  std::string failure;
  boost::asio::co_spawn(io, post_webhook(*url, message, std::chrono::milliseconds{20}, trusted),
                        [&](const std::exception_ptr& thrown, std::string said) {
                          BOOST_TEST(!thrown);
                          failure = std::move(said);
                          io.stop();
                        });
  io.run_for(std::chrono::seconds{20});
  BOOST_TEST(failure == "its name is not found in time");
  names_are_told().count_down();
}

BOOST_AUTO_TEST_CASE(a_fifth_of_the_lease_is_left_for_settling) {
  using std::chrono::milliseconds;
  BOOST_TEST((post_time(30, 30'000'000) == WebhookSender::kDeadline));
  BOOST_TEST((post_time(5, 5'000'000) == milliseconds{4'000}));
  BOOST_TEST((post_time(5, 2'000'000) == milliseconds{1'000}));
  BOOST_TEST((post_time(5, 1'100'000) == WebhookSender::kShortestPost));
  BOOST_TEST(!post_time(5, 1'099'000));
  BOOST_TEST(!post_time(5, -1));
}

BOOST_AUTO_TEST_CASE(it_stops_in_the_middle_of_its_work) {
  ServedGroups town;
  Result<WebhookHosts> hosts = WebhookHosts::of({"127.0.0.1:9"});
  BOOST_REQUIRE(hosts.has_value());
  const TimeUs later{town.clock.now().value() + 3'600'000'000};
  for (int i = 0; i < 12; ++i)
    BOOST_REQUIRE(town.group("g" + std::to_string(i))
                      ->set_webhook(WebhookSetting{"http://127.0.0.1:9/", {}, later})
                      .has_value());
  for (int round = 0; round < 100; ++round) {
    auto sender = WebhookSender::make(town.of_logs, *hosts);
    BOOST_REQUIRE(sender.has_value());
    (*sender)->start();
    std::this_thread::yield();
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace stafett::server::testing
