// Which entries of a bundle stand side by side.

#include "projections/bundle/runs.h"

#include <boost/test/unit_test.hpp>

namespace stafett::bti {
BOOST_AUTO_TEST_SUITE(runs_test)
namespace {

constexpr std::uint64_t kMany = 1000;

Runs runs_of(std::initializer_list<std::uint64_t> positions, std::uint64_t entries_max = kMany) {
  std::vector<Position> all;
  for (const std::uint64_t one : positions) all.emplace_back(one);
  return Runs::of(std::move(all), entries_max);
}
std::vector<Run> in_order(const Runs& runs) {
  return {runs.all().begin(), runs.all().end()};
}

BOOST_AUTO_TEST_CASE(neighbours_are_a_run_in_whatever_order_they_come) {
  const Runs runs = runs_of({7, 0, 3, 1, 9, 8, 2, 5});
  BOOST_TEST((in_order(runs) == std::vector<Run>{{Position{0}, 4}, {Position{7}, 3}}));
  for (std::uint64_t at = 0; at < 12; ++at)
    BOOST_TEST(runs.contain(Position{at}) == (at < 4 || (at > 6 && at < 10)), at);
}

BOOST_AUTO_TEST_CASE(who_stands_alone_is_in_no_run) {
  for (const Runs& runs : {runs_of({}), runs_of({0}), runs_of({0, 2, 4})}) {
    BOOST_TEST(runs.all().empty());
    BOOST_TEST(!runs.contain(Position{2}));
  }
}

BOOST_AUTO_TEST_CASE(a_run_that_would_be_too_much_is_none) {
  const Runs runs = runs_of({0, 1, 2, 10, 11, 12, 20, 21}, 5);
  BOOST_TEST((in_order(runs) == std::vector<Run>{{Position{0}, 3}, {Position{20}, 2}}));
  BOOST_TEST(!runs.contain(Position{11}));
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::bti
