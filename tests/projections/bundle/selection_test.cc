// Which cases are drawn: the same for everybody, whatever order they come in.

#include "projections/bundle/selection.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>

#include "engine/crypto/seeded_random.h"

namespace stafett::bti {
BOOST_AUTO_TEST_SUITE(selection_test)
namespace {

std::vector<SubjectId> cases(std::size_t count) {
  crypto::SeededRandom random{1};
  std::vector<SubjectId> out;
  for (std::size_t i = 0; i < count; ++i) out.push_back(random_id<SubjectId>(random));
  return out;
}

BOOST_AUTO_TEST_CASE(a_draw_depends_on_the_seed_and_not_on_the_order) {
  std::vector<SubjectId> population = cases(200);
  const std::vector<SubjectId> drawn = draw({"a word", 20}, population);
  std::ranges::reverse(population);
  BOOST_TEST(drawn.size() == 20u);
  BOOST_TEST((draw({"a word", 20}, population) == drawn));
  BOOST_TEST((draw({"another", 20}, population) != drawn));
}

BOOST_AUTO_TEST_CASE(a_smaller_draw_begins_a_larger_one) {
  const std::vector<SubjectId> population = cases(50);
  const std::vector<SubjectId> some = draw({"s", 10}, population);
  const std::vector<SubjectId> all = draw({"s", 1000}, population);
  BOOST_TEST(all.size() == 50u);
  BOOST_TEST(std::equal(some.begin(), some.end(), all.begin()));
}

BOOST_AUTO_TEST_CASE(nobody_is_drawn_more_often_than_others) {
  const std::vector<SubjectId> population = cases(20);
  std::vector<std::size_t> times(population.size());
  for (int seed = 0; seed < 2000; ++seed)
    for (const SubjectId& one : draw({std::to_string(seed), 5}, population))
      ++times[static_cast<std::size_t>(std::ranges::find(population, one) - population.begin())];
  // 500 each are expected; six standard deviations.
  for (const std::size_t count : times) BOOST_TEST((count > 380 && count < 620));
}

BOOST_AUTO_TEST_CASE(a_period_is_two_dates_in_order) {
  const auto period = parse_day_range("2026-01-01..2026-01-31");
  BOOST_REQUIRE(period);
  BOOST_TEST((period->last - period->first == 30));
  for (const char* bad : {"", "2026-01-01", "2026-01-01..", "..2026-01-01",
                          "2026-01-02..2026-01-01", "2026-01-01..2026-02-30", "2026..2027"})
    BOOST_TEST(!parse_day_range(bad), bad);
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::bti
