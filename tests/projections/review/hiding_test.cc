// What somebody without a grant is shown: no number of few cases, and nothing of single ones.

#include <boost/test/unit_test.hpp>

#include "projections/findings/verification.h"
#include "projections/statistics/suppression.h"
#include "tests/projections/review/town.h"
#include "tests/support/rounds.h"

namespace stafett::bti::test {
BOOST_AUTO_TEST_SUITE(hiding_test)
namespace {

constexpr int kSmall = 5;
const std::uint64_t kTowns = stafett::testing::by_rounds<std::uint64_t>(2, 8, 8);

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

// What is known to add up: the findings of the rules of these levels.
struct Sum {
  std::size_t hidden = 0;
  std::uint64_t of_hidden = 0;
};
Sum sum_of(const Review& open, const Review& hidden, const std::vector<std::size_t>& levels) {
  Sum sum;
  for (RuleNo rule = 1; rule <= kRulesMax; ++rule)
    if (std::ranges::count(levels, static_cast<std::size_t>(level_of(rule))) != 0 &&
        !hidden.rules[rule].findings) {
      ++sum.hidden;
      sum.of_hidden += *open.rules[rule].findings;
    }
  return sum;
}

// A total less the numbers that are shown must not be the one that is hidden: of the levels that
// are shown, and of those together that are not.
BOOST_AUTO_TEST_CASE(hidden_findings_do_not_follow_from_totals) {
  for (std::uint64_t seed = 1; seed <= kTowns; ++seed) {
    const auto town = reviewed_town(static_cast<std::uint32_t>(40 + 20 * seed), seed, 300);
    const Review open = review_of(*town);
    const Review hidden = suppressed(open, kSmall);
    std::vector<std::vector<std::size_t>> known{{}};
    for (std::size_t level = 0; level < kFindingLevels; ++level)
      if (hidden.by_level[level])
        known.push_back({level});
      else
        known.front().push_back(level);
    if (!hidden.total) known.erase(known.begin());
    for (const auto& levels : known) {
      const Sum sum = sum_of(open, hidden, levels);
      BOOST_TEST(sum.hidden != 1u, "seed " << seed);
      BOOST_TEST((sum.hidden == 0 || sum.of_hidden >= kSmall), "seed " << seed);
    }
    if (!hidden.total) BOOST_TEST(hidden.trend.empty());
  }
}

// Hidden in another way, each would tell what the other hides.
BOOST_AUTO_TEST_CASE(findings_are_hidden_as_they_are_when_published) {
  for (std::uint64_t seed = 1; seed <= kTowns; ++seed) {
    const auto town = reviewed_town(150, seed, 300);
    const Review open = review_of(*town);
    Table counted{open.total, {}};
    for (RuleNo rule = 1; rule <= kRulesMax; ++rule)
      counted.cells.push_back(open.rules[rule].findings);
    const Table published =
        suppressed(counted, form_of(TableId::findings).keys, kSmall, Rigour::unsolvable);
    const Review hidden = suppressed(open, kSmall);
    for (RuleNo rule = 1; rule <= kRulesMax; ++rule)
      BOOST_TEST((hidden.rules[rule].findings == published.cells[rule - 1u]),
                 rule_name(rule) << ", seed " << seed);
    BOOST_TEST((hidden.total == published.total), "seed " << seed);
  }
}

// Cases made by hand: each has all grounds, and what it is given.
class Cases final {
 public:
  Cases() : tally_(period()) {}
  static DatePeriod period() {
    return {*Date::from_ymd(2025, 1, 1), *Date::from_ymd(2025, 12, 31)};
  }

  void add(std::size_t many, const std::vector<RuleNo>& rules, int month = 1) {
    for (std::size_t i = 0; i < many; ++i) {
      CaseReview one;
      one.id = id<SubjectId>("case-" + std::to_string(++count_));
      one.in_period = true;
      one.grounds = grounds;
      for (const RuleNo rule : rules) {
        CaseFinding finding;
        finding.rule = rule;
        finding.first = Date::from_ymd(2025, static_cast<unsigned>(month), 10)->days();
        one.findings.push_back(finding);
      }
      tally_.add(std::move(one));
    }
  }
  Review hidden() const { return suppressed(tally_.review(10), kSmall); }

  GroundSet grounds = GroundSet{}.set();

 private:
  ReviewTally tally_;
  std::size_t count_ = 0;
};
std::size_t theme_of(RuleNo rule) {
  for (std::size_t i = 0; i < kThemeCount; ++i)
    if (std::ranges::count(review_themes()[i].rules, rule) != 0) return i;
  return kThemeCount;
}

// Beside two findings of F01 the publication hides the six of F09, though they are of another
// level.
BOOST_AUTO_TEST_CASE(what_is_hidden_beside_a_small_number_can_be_of_another_level) {
  Cases cases;
  cases.add(60, {});
  cases.add(2, {1});
  cases.add(20, {29});
  cases.add(6, {9});
  const Review hidden = cases.hidden();
  BOOST_TEST(!hidden.rules[9].findings);
  BOOST_TEST((hidden.rules[29].findings == Number{20}));
  BOOST_TEST((hidden.total == Number{28}));
  for (const Number& level : hidden.by_level) BOOST_TEST(!level);
}

BOOST_AUTO_TEST_CASE(a_trend_of_ones_is_not_told_by_the_total_that_the_levels_give) {
  Cases cases;
  cases.add(60, {});
  for (int month = 1; month <= 5; ++month) cases.add(1, {29}, month);
  const Review hidden = cases.hidden();
  BOOST_TEST((hidden.rules[29].findings == Number{5}));
  BOOST_TEST((hidden.total == Number{5}));
  BOOST_TEST(hidden.trend.empty());
}

BOOST_AUTO_TEST_CASE(a_theme_less_a_rule_of_it_is_not_few_cases) {
  // F52 and F53 of the duty to report; the others of the theme found nothing, so two are hidden.
  Cases cases;
  cases.add(60, {});
  cases.add(20, {53});
  cases.add(2, {52});
  cases.add(3, {3});
  const Review hidden = cases.hidden();
  BOOST_TEST((hidden.rules[53].cases.n == Number{20}));
  BOOST_TEST(!hidden.rules[52].cases.n);
  BOOST_TEST(!hidden.rules[3].cases.n);
  // 25 of them: 5 in no rule that is shown, which two hidden ones do not tell.
  BOOST_TEST((hidden.themes[theme_of(53)].n == Number{25}));
  cases.add(1, {53, 31});
  BOOST_TEST((cases.hidden().rules[53].cases.n == Number{21}));
  Cases fewer;
  fewer.add(60, {});
  fewer.add(20, {53});
  fewer.add(2, {52});
  fewer.add(3, {3, 53});
  BOOST_TEST((fewer.hidden().rules[53].cases.n == Number{23}));
  BOOST_TEST(!fewer.hidden().themes[theme_of(53)].n);  // 25, of which 23 are told
}

BOOST_AUTO_TEST_CASE(cases_that_a_theme_concerns_do_not_tell_to_how_few_a_rule_applied) {
  Cases cases;
  cases.grounds.reset();
  cases.grounds.set(static_cast<std::size_t>(Ground::report_sent));
  cases.add(40, {});
  cases.grounds.reset();
  cases.grounds.set(static_cast<std::size_t>(Ground::school_case));
  cases.add(3, {});
  const Review hidden = cases.hidden();
  BOOST_TEST((hidden.rules[53].cases.of == Number{40}));
  BOOST_TEST(!hidden.rules[50].cases.of);
  BOOST_TEST(!hidden.themes[theme_of(50)].of);
}

// Of these rules a case has one finding at most: what they found are cases.
BOOST_AUTO_TEST_CASE(findings_do_not_tell_how_few_cases_have_none) {
  Cases cases;
  cases.grounds.reset();
  cases.add(40, {});
  cases.grounds.set(static_cast<std::size_t>(Ground::log_opened));
  cases.add(20, {5});
  cases.add(2, {});
  const Review hidden = cases.hidden();
  BOOST_TEST((hidden.rules[5].findings == Number{20}));
  BOOST_TEST((hidden.total == Number{20}));
  for (const int rule : {5, 6, 37, 49})
    BOOST_TEST(!hidden.rules[static_cast<std::size_t>(rule)].cases.of, "F" << rule);
  BOOST_TEST((hidden.rules[1].cases.of == Number{0}));
}

BOOST_AUTO_TEST_CASE(findings_do_not_tell_how_few_of_all_cases_have_none) {
  Cases cases;
  cases.add(40, {1});
  cases.add(2, {});
  const Review hidden = cases.hidden();
  BOOST_TEST(!hidden.rules[1].cases.n);
  BOOST_TEST(!hidden.rules[1].findings);
  BOOST_TEST(!hidden.total);
  BOOST_TEST(!hidden.found.n);
}

BOOST_AUTO_TEST_CASE(cases_with_findings_do_not_tell_how_few_have_no_breach) {
  Cases cases;
  cases.add(60, {});
  cases.add(20, {9});
  cases.add(20, {9, 29});
  cases.add(2, {29});
  const Review hidden = cases.hidden();
  BOOST_TEST((hidden.breached.n == Number{40}));
  BOOST_TEST(!hidden.found.n);  // 42
}

// It is of the log, and verification names the entries to whoever asks.
BOOST_AUTO_TEST_CASE(faults_of_the_chain_are_counted_beside_what_is_hidden) {
  Cases cases;
  cases.add(60, {});
  cases.add(20, {9});
  cases.add(1, {kChainFault});
  const Review hidden = cases.hidden();
  BOOST_TEST((hidden.rules[kChainFault].findings == Number{1}));
  BOOST_TEST((hidden.rules[9].findings == Number{20}));
  BOOST_TEST((hidden.total == Number{21}));
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
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::bti::test
