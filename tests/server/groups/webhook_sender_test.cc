// The sender of webhooks: how much time a request has, names that are not found, its end.

#include "server/groups/webhook_sender.h"

#include <dlfcn.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>  // brings getaddrinfo's types
#include <boost/json.hpp>
#include <cstdlib>
#include <string_view>

#include "server/groups/webhook_post.h"
#include "tests/server/groups/served_groups.h"

namespace stafett::server::testing {
BOOST_AUTO_TEST_SUITE(webhook_sender_test)
namespace {

// While one of these is there, whoever looks a name up waits.
class NamesHang final {
 public:
  NamesHang() { set(true); }
  ~NamesHang() { set(false); }
  NamesHang(const NamesHang&) = delete;
  NamesHang& operator=(const NamesHang&) = delete;
  static void wait() {
    std::unique_lock lock{mutex_};
    news_.wait(lock, [] { return !hang_; });
  }

 private:
  static void set(bool hang) {
    const std::lock_guard lock{mutex_};
    hang_ = hang;
    news_.notify_all();
  }
  static inline std::mutex mutex_;
  static inline std::condition_variable news_;
  static inline bool hang_ = false;  // Guarded by mutex_.
};

}  // namespace

// In the place of the operating system's, which takes as long as it likes over names that are none;
// the program's other tests get its answer for every other.
extern "C" int getaddrinfo(const char* host, const char* service, const addrinfo* hints,
                           addrinfo** found) {
  if (host != nullptr && std::string_view{host}.ends_with(".example")) {
    NamesHang::wait();
    return EAI_NONAME;
  }
  using Asked = int(const char*, const char*, const addrinfo*, addrinfo**);
  static Asked* const system = reinterpret_cast<Asked*>(::dlsym(RTLD_NEXT, "getaddrinfo"));
  return system(host, service, hints, found);
}

BOOST_AUTO_TEST_CASE(a_name_that_is_not_found_in_time_is_not_waited_for) {
  boost::asio::io_context io{1};
  const NamesHang hang;
  boost::asio::ssl::context trusted{boost::asio::ssl::context::tls_client};
  const Result<WebUrl> url = parse_webhook_url("https://receiver.stafett.example/in");
  BOOST_REQUIRE(url.has_value());
  WebhookMessage message;
  Posted posted;
  boost::asio::co_spawn(io, post_webhook(*url, message, std::chrono::milliseconds{20}, trusted),
                        [&](const std::exception_ptr& thrown, Posted said) {
                          BOOST_TEST(!thrown);
                          posted = std::move(said);
                          io.stop();
                        });
  io.run_for(std::chrono::seconds{20});
  BOOST_TEST(posted.failure == "its name is not found in time");
  BOOST_TEST(!posted.was_tried);
}

BOOST_AUTO_TEST_CASE(what_waited_for_a_name_is_not_parked_for_it) {
  ServedGroups town;
  Result<WebhookHosts> hosts = WebhookHosts::of({"receiver.stafett.example"});
  BOOST_REQUIRE(hosts.has_value());
  const auto group = town.group("g", 1, 1, 5);  // one event, parked after one attempt
  const TimeUs later{town.clock.now().value() + 3'600'000'000};
  const WebhookSetting webhook{"https://receiver.stafett.example/", {}, later};
  BOOST_REQUIRE(group->set_webhook(webhook).has_value());
  const TakenBatch since = town.take(*group);  // so that changes() can be asked
  BOOST_REQUIRE(since.deliveries.size() == 1u);
  Settling back;
  back.how = Settling::How::give_back;
  back.deliveries = {since.deliveries[0].id};
  BOOST_REQUIRE(group->settle(back).has_value());
  const std::uint64_t before = group->changes(since);
  boost::asio::io_context io{1};
  const auto waiter = std::make_shared<boost::asio::steady_timer>(io);
  group->add(waiter);
  auto sender = WebhookSender::make(town.of_logs, *hosts);
  BOOST_REQUIRE(sender.has_value());
  const NamesHang hang;
  (*sender)->start();
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{40};
  while (group->changes(since) == before && std::chrono::steady_clock::now() < end) {
    waiter->expires_after(std::chrono::seconds{1});
    waiter->async_wait([](const boost::system::error_code&) {});
    io.restart();
    io.run();
  }
  group->remove(waiter);
  const GroupFigures figures = group->figures();
  BOOST_TEST(group->changes(since) != before);
  BOOST_TEST(figures.parked == 0u);
  BOOST_TEST(figures.waiting + figures.outstanding == 1u);
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
