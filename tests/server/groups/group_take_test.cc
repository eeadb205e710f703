// Takes: nobody waits for another's, and whoever waits knows when to look again.

#include <future>

#include "server/groups/next_take.h"
#include "tests/server/groups/served_groups.h"

namespace stafett::server::testing {
BOOST_AUTO_TEST_SUITE(group_take_test)
namespace {

constexpr std::chrono::seconds kLong{20};

Settling acknowledgement(const Delivery& delivery) {
  Settling settling;
  settling.deliveries = {delivery.id};
  return settling;
}

// Whether it ends while somebody else is held.
template <class Work>
bool ends(Work work, std::vector<std::future<void>>& left) {
  left.push_back(std::async(std::launch::async, work));
  return left.back().wait_for(kLong) == std::future_status::ready;
}

TakenBatch nothing_taken() {
  TakenBatch batch;
  batch.looked_at = TreeSize{5};
  batch.change = 3;
  return batch;
}

}  // namespace

BOOST_AUTO_TEST_CASE(nobody_waits_for_a_take_that_is_under_way) {
  ServedGroups town;
  const auto group = town.group("g");
  const TakenBatch first = town.take(*group, 1);
  BOOST_REQUIRE(first.deliveries.size() == 1u);
  const auto webhook = WebhookSetting{"https://receiver.stafett.example/", {}, TimeUs{1}};
  std::thread taking{[&] {
    town.clock.hold_me();
    const Result<TakenBatch> taken = group->take(town.lise, "held", 10);
    town.clock.end();
    BOOST_TEST((taken && taken->deliveries.size() == 1u));
  }};
  std::vector<std::future<void>> left;
  unsigned looks = 0;
  bool is_free = true;
  std::optional<TakenBatch> busy;
  while (town.clock.holds_again()) {
    ++looks;
    if (!is_free) continue;  // one failure is enough
    is_free = ends(
        [&] {
          (void)group->figures();
          (void)group->settle(acknowledgement({"1-2-3", Position{1}, 1, {}}));
          (void)group->set_webhook(webhook);
          (void)group->webhook();
          const Result<TakenBatch> other = group->take(town.lise, "other", 10);
          if (other) busy = *other;
        },
        left);
    BOOST_TEST(is_free);
    BOOST_TEST((busy && busy->is_busy && busy->deliveries.empty()));
  }
  taking.join();
  BOOST_TEST(looks >= 3u);
  BOOST_REQUIRE(busy.has_value());
  // Whoever came meanwhile sees that it has ended.
  BOOST_TEST(group->changes(*busy) != busy->change);
  BOOST_TEST(idle_us(*busy, group->changes(*busy), TreeSize{9}, TimeUs{0}) == 0);
}

BOOST_AUTO_TEST_CASE(whoever_finds_the_window_full_waits_until_something_is_settled) {
  ServedGroups town;
  const auto group = town.group("g", 1);
  const TakenBatch first = town.take(*group);
  BOOST_REQUIRE(first.deliveries.size() == 1u);
  const TakenBatch full = town.take(*group);
  BOOST_TEST((full.deliveries.empty() && full.is_window_full));
  const auto idle = [&](const TakenBatch& batch) {
    return idle_us(batch, group->changes(batch), town.served->log.head().size,
                   town.served->log.clock().now());
  };
  BOOST_TEST((town.served->log.head().size > full.looked_at));
  BOOST_TEST(idle(full) > 20'000'000);  // the lease
  BOOST_REQUIRE(group->settle(acknowledgement(first.deliveries[0])).has_value());
  BOOST_TEST(idle(full) == 0);
  BOOST_TEST(town.take(*group).deliveries.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_session_that_has_ended_takes_nothing) {
  ServedGroups town;
  const auto group = town.group("g");
  const auto is_over = std::make_shared<std::atomic<bool>>(false);
  SignedIn lise = town.lise;
  lise.is_over = is_over;
  const Result<TakenBatch> open = group->take(lise, "member", 1);
  BOOST_TEST((open && open->deliveries.size() == 1u));
  *is_over = true;
  const Result<TakenBatch> over = group->take(lise, "member", 1);
  BOOST_REQUIRE(!over);
  BOOST_TEST((over.error().code() == Errc::refused));
  BOOST_TEST(over.error().detail() == "token-expired");
}

BOOST_AUTO_TEST_CASE(when_another_take_is_due) {
  const TimeUs now{1'000};
  TakenBatch batch = nothing_taken();
  BOOST_TEST(idle_us(batch, 3, TreeSize{5}, now) == kLongestIdleUs);
  BOOST_TEST(idle_us(batch, 4, TreeSize{5}, now) == 0);  // settled
  BOOST_TEST(idle_us(batch, 3, TreeSize{6}, now) == 0);  // recorded
  batch.next_due = TimeUs{1'500};
  BOOST_TEST(idle_us(batch, 3, TreeSize{5}, now) == 500);
  batch.next_due = TimeUs{500};
  BOOST_TEST(idle_us(batch, 3, TreeSize{5}, now) == 0);
  batch.next_due = TimeUs{INT64_MAX};
  BOOST_TEST(idle_us(batch, 3, TreeSize{5}, now) == kLongestIdleUs);
  batch.next_due = TimeUs{1'500};
  batch.is_window_full = true;
  BOOST_TEST(idle_us(batch, 3, TreeSize{6}, now) == 500);  // for what is out, not for what is new
  BOOST_TEST(idle_us(batch, 4, TreeSize{6}, now) == 0);
  TakenBatch busy = nothing_taken();
  busy.is_busy = true;
  BOOST_TEST(idle_us(busy, 3, TreeSize{6}, now) == kLongestIdleUs);
  BOOST_TEST(idle_us(busy, 4, TreeSize{5}, now) == 0);
}

BOOST_AUTO_TEST_CASE(a_group_that_is_removed_during_a_take_gives_nothing) {
  ServedGroups town;
  const auto group = town.group("g");
  std::thread taking{[&] {
    town.clock.hold_me();
    const Result<TakenBatch> taken = group->take(town.lise, "held", 10);
    town.clock.end();
    BOOST_TEST((!taken && taken.error().code() == Errc::not_found));
  }};
  for (unsigned looks = 0; town.clock.holds_again(); ++looks) {
    if (looks != 2) continue;  // before it reads
    std::vector<std::future<void>> left;
    BOOST_TEST(
        ends([&] { (void)town.of_logs.find(*town.served)->remove(town.lise.person, "g"); }, left));
  }
  taking.join();
  BOOST_TEST(!group->webhook());
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::server::testing
