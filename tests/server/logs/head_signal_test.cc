// Whoever waits for a case is woken by what is recorded of it, and by nothing else.

#include "server/logs/head_signal.h"

#include <boost/asio/io_context.hpp>

#include "tests/server/feed/feed_town.h"

namespace stafett::server::test {
BOOST_AUTO_TEST_SUITE(head_signal_test)
namespace {

namespace asio = boost::asio;

// Waits again and again, counting how often it is woken.
class Sleeper final {
 public:
  explicit Sleeper(asio::io_context& io)
      : waiter{std::make_shared<asio::steady_timer>(io, std::chrono::hours{1})} {
    wait();
  }
  const Waiter waiter;
  int woken = 0;

 private:
  void wait() {
    waiter->async_wait([this](const boost::system::error_code&) {
      ++woken;
      waiter->expires_after(std::chrono::hours{1});
      wait();
    });
  }
};

void run_until(asio::io_context& io, const Sleeper& sleeper, int woken) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{60};
  while (sleeper.woken < woken && std::chrono::steady_clock::now() < until)
    io.run_one_for(std::chrono::seconds{1});
  BOOST_REQUIRE(sleeper.woken >= woken);
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_case_wakes_those_who_wait_for_it_and_those_who_wait_for_all) {
  FeedTown town{2};
  asio::io_context io;
  Sleeper of_0{io}, of_1{io}, of_all{io};
  const SubjectId case_0 = town.case_id("case-0"), case_1 = town.case_id("case-1");
  HeadSignal& heads = town.served().heads;
  heads.add(of_0.waiter, case_0);
  heads.add(of_1.waiter, case_1);
  heads.add(of_all.waiter);
  for (int i = 1; i <= 3; ++i) {
    town.note("case-0");
    run_until(io, of_0, i);
    run_until(io, of_all, i);
  }
  BOOST_TEST(of_1.woken == 0);
  BOOST_TEST(heads.latest(case_0).value() == town.log().head().size.value());
  BOOST_TEST(heads.latest(case_1).value() == 0u);
  town.note("case-1");
  run_until(io, of_1, 1);
  run_until(io, of_all, 4);
  BOOST_TEST(of_0.woken == 3);

  heads.remove(of_0.waiter, case_0);
  BOOST_TEST(heads.latest(case_0).value() == 0u);
  town.note("case-0");
  run_until(io, of_all, 5);
  BOOST_TEST(of_0.woken == 3);
  heads.remove(of_1.waiter, case_1);
  heads.remove(of_all.waiter);
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::server::test
