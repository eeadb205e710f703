// Who is told to come again, and when.

#include "server/limits/request_limits.h"

#include <boost/test/unit_test.hpp>
#include <thread>
#include <vector>

namespace stafett::server {
BOOST_AUTO_TEST_SUITE(request_limits_test)
namespace {

constexpr std::int64_t kSecondUs = 1'000'000;

struct Buckets {
  explicit Buckets(BucketSize size, std::size_t buckets_max = TokenBuckets::kBucketsMax)
      : buckets{size, clock, buckets_max} {}
  void pass(std::int64_t us) { clock.set(TimeUs{clock.now().value() + us}); }
  // How many are taken before the first that has to wait.
  int taken(const std::string& who) {
    int count = 0;
    while (!buckets.take(who)) ++count;
    return count;
  }
  ManualClock clock{TimeUs{1'800'000'000 * kSecondUs}};
  TokenBuckets buckets;
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_burst_is_allowed_and_then_the_rate) {
  Buckets of{{10, 25}};
  BOOST_TEST(of.taken("lise") == 25);
  of.pass(kSecondUs / 10 - 1);
  BOOST_TEST(of.taken("lise") == 0);
  of.pass(1);
  BOOST_TEST(of.taken("lise") == 1);
  of.pass(kSecondUs);
  BOOST_TEST(of.taken("lise") == 10);
  // A pause fills it and no more.
  of.pass(3'600 * kSecondUs);
  BOOST_TEST(of.taken("lise") == 25);
}

BOOST_AUTO_TEST_CASE(whoever_waits_as_told_is_served) {
  Buckets of{{1, 3}};
  of.taken("lise");
  for (int i = 0; i < 20; ++i) {
    const auto wait = of.buckets.take("lise");
    BOOST_REQUIRE(wait.has_value());
    BOOST_TEST(*wait == 1u);
    of.pass(*wait * kSecondUs);
    BOOST_TEST(!of.buckets.take("lise").has_value());
  }
}

BOOST_AUTO_TEST_CASE(one_is_not_held_back_by_another) {
  Buckets of{{1, 5}};
  BOOST_TEST(of.taken("lise") == 5);
  BOOST_TEST(of.taken("odd") == 5);
}

BOOST_AUTO_TEST_CASE(a_clock_that_goes_back_or_jumps_breaks_nothing) {
  Buckets of{{1'000'000, 1'000'000}};
  for (int i = 0; i < 1000; ++i) BOOST_REQUIRE(!of.buckets.take("lise"));
  of.pass(-86'400 * kSecondUs);
  BOOST_TEST(!of.buckets.take("lise"));
  of.clock.set(TimeUs{INT64_MAX});
  BOOST_TEST(of.taken("lise") == 1'000'000);
  of.clock.set(TimeUs{0});
  BOOST_TEST(of.buckets.take("lise").has_value());
}

BOOST_AUTO_TEST_CASE(so_many_are_remembered_and_no_more) {
  Buckets of{{1, 2}, 100};
  BOOST_TEST(of.taken("lise") == 2);
  for (int i = 0; i < 10'000; ++i) {
    (void)of.buckets.take("10.0." + std::to_string(i));
    if (i % 50 == 0) BOOST_TEST(of.buckets.take("lise").has_value());  // who keeps asking is kept
    BOOST_REQUIRE(of.buckets.count() <= 100u);
  }
}

BOOST_AUTO_TEST_CASE(streams_are_counted_until_they_are_let_go) {
  ManualClock clock;
  LoadLimits limits;
  limits.streams_per_person_max = 2;
  StreamLease outliving;
  {
    RequestLimits all{limits, clock};
    StreamLease first = all.begin_stream("lise"), second = all.begin_stream("lise");
    BOOST_TEST((first && second));
    BOOST_TEST(!all.begin_stream("lise"));
    outliving = all.begin_stream("odd");
    BOOST_TEST(!!outliving);
    first.reset();
    BOOST_TEST(!!all.begin_stream("lise"));  // let go at once
    BOOST_TEST(!!all.begin_stream("lise"));
  }
  outliving.reset();
}

BOOST_AUTO_TEST_CASE(streams_of_all_persons_are_counted_too) {
  ManualClock clock;
  LoadLimits limits;
  limits.streams_max = 2;
  RequestLimits all{limits, clock};
  StreamLease first = all.begin_stream("lise");
  const StreamLease second = all.begin_stream("odd");
  BOOST_TEST((first && second));
  BOOST_TEST(!all.begin_stream("eva"));
  first.reset();
  BOOST_TEST(!!all.begin_stream("eva"));
}

BOOST_AUTO_TEST_CASE(an_address_counts_as_what_one_client_has_of_it) {
  BOOST_TEST(network_of("192.0.2.7") == "192.0.2.7");
  BOOST_TEST(network_of("::ffff:192.0.2.7") == "192.0.2.7");
  BOOST_TEST(network_of("2001:db8:1:2:3:4:5:6") == "2001:db8:1:2::");
  BOOST_TEST(network_of("2001:db8:1:2::1") == network_of("2001:db8:1:2:ffff::9"));
  BOOST_TEST(network_of("2001:db8:1:3::1") != network_of("2001:db8:1:2::1"));
  BOOST_TEST(network_of("nowhere") == "nowhere");
  ManualClock clock;
  LoadLimits limits;
  limits.address_burst = 3;
  RequestLimits all{limits, clock};
  for (int i = 0; i < 3; ++i) BOOST_TEST(!all.ask_from("2001:db8::" + std::to_string(i)));
  BOOST_TEST(all.ask_from("2001:db8::9").has_value());
  BOOST_TEST(!all.ask_from("2001:db9::9"));
}

BOOST_AUTO_TEST_CASE(many_at_once_take_no_more_than_there_is) {
  ManualClock clock;
  TokenBuckets buckets{{1, 1000}, clock};
  std::atomic<int> taken{0};
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i)
      threads.emplace_back([&] {
        for (int j = 0; j < 500; ++j) taken += buckets.take("lise") ? 0 : 1;
      });
  }
  BOOST_TEST(taken.load() == 1000);
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::server
