// What somebody without a grant for the cases is shown: by docs/reference/statistics.md, and no
// number from which a hidden one could be worked out.

#include <algorithm>
#include <array>

#include "projections/review/review.h"
#include "projections/statistics/suppression.h"

namespace stafett::bti {
namespace {

bool is_small(const Number& number, int k) {
  return number && *number > 0 && *number < static_cast<std::uint64_t>(k);
}

// The findings of the rules of one level, which add up to the level's.
void hide_in_level(Review& review, std::size_t level, int k) {
  std::vector<RuleNo> rules;
  std::vector<std::string> keys;
  Table table;
  table.total = review.by_level[level];
  for (RuleNo rule = 1; rule <= kRulesMax; ++rule) {
    if (static_cast<std::size_t>(level_of(rule)) != level) continue;
    rules.push_back(rule);
    keys.push_back(rule_name(rule));
    table.cells.push_back(review.rules[rule].findings);
  }
  const Table shown = suppressed(table, keys, k, Rigour::unsolvable);
  review.by_level[level] = shown.total;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    RuleFigures& rule = review.rules[rules[i]];
    rule.cases = suppressed(rule.cases, k);
    rule.trend.clear();
    if (is_small(rule.open, k) || is_small(*rule.findings - *rule.open, k)) rule.open.reset();
    rule.findings = shown.cells[i];
    if (rule.findings) continue;
    rule.cases.n.reset();
    rule.open.reset();
  }
}

void hide_in_trend(Review& review, int k) {
  for (auto& trend : review.level_trend) trend.clear();
  if (!review.total) return review.trend.clear();
  std::vector<std::string> keys;
  for (const Slot& slot : review.slots.all) keys.push_back(slot.first.to_text());
  const Table shown = suppressed(Table{review.total, review.trend}, keys, k, Rigour::unsolvable);
  review.total = shown.total;
  review.trend = shown.cells;
}

using CasesByRule = std::array<std::uint64_t, kRulesMax + 1>;

// Beside the rules of a theme that are shown, its own number would tell of those that are hidden:
// as a table's total would. `cases`: with a finding, by rule, nothing hidden.
bool tells_a_rule(const Theme& theme, const Review& review, const CasesByRule& cases, int k) {
  std::uint64_t hidden = 0, sum = 0;
  for (const RuleNo rule : theme.rules) {
    if (review.rules[rule].cases.n) continue;
    ++hidden;
    sum += cases[rule];
  }
  return hidden == 1 || (hidden > 1 && sum < static_cast<std::uint64_t>(k));
}

}  // namespace

Review suppressed(Review review, int k) {
  review.suppressed_below = k;
  CasesByRule cases{};
  for (RuleNo rule = 1; rule <= kRulesMax; ++rule) cases[rule] = *review.rules[rule].cases.n;
  for (auto& shown : review.shown) shown.clear();
  for (std::size_t level = 0; level < kFindingLevels; ++level) hide_in_level(review, level, k);
  const auto is_hidden = [](const Number& number) { return !number; };
  if (std::ranges::any_of(review.by_level, is_hidden)) review.total.reset();
  hide_in_trend(review, k);
  review.found = suppressed(review.found, k);
  review.breached = suppressed(review.breached, k);
  if (!review.total) review.found.n.reset();
  if (!review.by_level[0]) review.breached.n.reset();
  for (std::size_t i = 0; i < kThemeCount; ++i) {
    review.themes[i] = suppressed(review.themes[i], k);
    if (tells_a_rule(review_themes()[i], review, cases, k)) review.themes[i].n.reset();
  }
  if (is_small(review.cases, k)) review.cases.reset();
  if (is_small(review.erased, k)) review.erased.reset();
  return review;
}

}  // namespace stafett::bti
