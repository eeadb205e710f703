// What somebody without a grant is shown: no number of few cases, and nothing of single ones.

#include <boost/test/unit_test.hpp>

#include "tests/projections/review/town.h"

namespace stafett::bti::test {
namespace {

constexpr int kSmall = 5;

bool is_small(const Number& number) {
  return number && *number > 0 && *number < static_cast<std::uint64_t>(kSmall);
}

BOOST_AUTO_TEST_CASE(no_small_number_is_shown_and_no_single_case) {
  for (const std::uint64_t seed : {1u, 2u, 3u, 4u}) {
    const auto town = reviewed_town(120, seed, 300);
    const Review hidden = suppressed(review_of(*town), kSmall);
    BOOST_TEST_CONTEXT("seed " << seed) {
      const auto check = [](const Share& share) {
        BOOST_TEST(!is_small(share.of));
        BOOST_TEST(!is_small(share.n));
        if (share.n && share.of) BOOST_TEST(!is_small(Number{*share.of - *share.n}));
      };
      check(hidden.found);
      check(hidden.breached);
      for (const Share& theme : hidden.themes) check(theme);
      for (const Number& number : hidden.trend) BOOST_TEST(!is_small(number));
      for (const auto& trend : hidden.level_trend) BOOST_TEST(trend.empty());
      for (RuleNo rule = 1; rule <= kRulesMax; ++rule) {
        check(hidden.rules[rule].cases);
        BOOST_TEST(!is_small(hidden.rules[rule].findings));
        BOOST_TEST(!is_small(hidden.rules[rule].open));
        BOOST_TEST(hidden.rules[rule].trend.empty());
        BOOST_TEST(hidden.shown[rule].empty());
      }
    }
  }
}

// A level's total less the numbers that are shown must not be the one that is hidden.
BOOST_AUTO_TEST_CASE(one_hidden_number_does_not_follow_from_the_others) {
  for (const std::uint64_t seed : {1u, 2u, 3u, 4u, 5u, 6u}) {
    const auto town = reviewed_town(250, seed, 300);
    const Review hidden = suppressed(review_of(*town), kSmall);
    std::size_t levels_hidden = 0;
    for (std::size_t level = 0; level < kFindingLevels; ++level) {
      std::size_t rules_hidden = 0;
      for (RuleNo rule = 1; rule <= kRulesMax; ++rule)
        if (static_cast<std::size_t>(level_of(rule)) == level && !hidden.rules[rule].findings)
          ++rules_hidden;
      if (hidden.by_level[level])
        BOOST_TEST(rules_hidden != 1u, "level " << level << ", seed " << seed);
      else
        ++levels_hidden;
    }
    if (levels_hidden > 0) {
      BOOST_TEST(!hidden.total);
      BOOST_TEST(hidden.trend.empty());
    }
  }
}

BOOST_AUTO_TEST_CASE(large_numbers_stay_what_they_are) {
  const auto town = reviewed_town(120, 2, 0);
  const Review open = review_of(*town);
  const Review hidden = suppressed(open, kSmall);
  BOOST_TEST(*hidden.cases == *open.cases);
  BOOST_TEST(*hidden.breached.n == 0u);
  BOOST_TEST(*hidden.rules[1].cases.of == *open.rules[1].cases.of);
  BOOST_TEST(hidden.suppressed_below == kSmall);
}

}  // namespace
}  // namespace stafett::bti::test
