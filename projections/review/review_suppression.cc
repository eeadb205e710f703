// What somebody without a grant for the cases is shown: by docs/reference/statistics.md, and no
// number from which a hidden one could be worked out.

#include <algorithm>
#include <array>

#include "projections/findings/verification.h"
#include "projections/review/review.h"
#include "projections/statistics/suppression.h"

namespace stafett::bti {
namespace {

using LevelSet = std::array<bool, kFindingLevels>;

bool is_small(const Number& number, int k) {
  return number && *number > 0 && *number < static_cast<std::uint64_t>(k);
}

// The findings of all rules as one table, hidden as in the figures that are published: the same
// numbers hidden in two ways would tell what each way hides. Faults of the log's chain are not in
// it, as they are not in those figures: verification tells of them entry by entry.
class FindingsTable final {
 public:
  FindingsTable(const Review& review, int k) : k_(k) {
    for (RuleNo rule = 1; rule <= kRulesMax; ++rule)
      counted_.cells.push_back(rule == kChainFault ? Number{0} : review.rules[rule].findings);
    for (const Number& number : counted_.cells) *counted_.total += *number;
    shown_ = hidden(counted_);
    hide_levels();
  }

  Number total() const { return shown_.total; }
  Number of_rule(RuleNo rule) const { return shown_.cells[rule - 1u]; }
  bool is_level_shown(std::size_t level) const { return !levels_hidden_[level]; }

 private:
  Table hidden(const Table& table) const {
    return suppressed(table, form_of(TableId::findings).keys, k_, Rigour::unsolvable);
  }
  // What is hidden of these levels does not follow from what they add up to.
  bool is_safe(const LevelSet& levels) const {
    Table table;
    for (RuleNo rule = 1; rule <= kRulesMax; ++rule) {
      table.cells.push_back(levels[level_index(rule)] ? counted_.cells[rule - 1u] : Number{0});
      *table.total += *table.cells.back();
    }
    const Table alone = hidden(table);
    if (!alone.total) return false;
    for (std::size_t cell = 0; cell < kRulesMax; ++cell)
      if (!alone.cells[cell] && shown_.cells[cell]) return false;
    return true;
  }
  // The levels' totals add up to the table's: what is hidden of them together is known, too.
  void hide_levels() {
    levels_hidden_.fill(!shown_.total);
    if (!shown_.total) return;
    for (std::size_t level = 0; level < kFindingLevels; ++level) {
      LevelSet one{};
      one[level] = true;
      levels_hidden_[level] = !is_safe(one);
    }
    if (!is_safe(levels_hidden_)) levels_hidden_.fill(true);
  }

  const int k_;
  Table counted_{0, {}};
  Table shown_;
  LevelSet levels_hidden_{};
};

void hide_findings(Review& review, int k) {
  const FindingsTable table{review, k};
  const std::uint64_t faults = *review.rules[kChainFault].findings;
  review.total = table.total();
  if (review.total) *review.total += faults;
  for (std::size_t level = 0; level < kFindingLevels; ++level)
    if (!table.is_level_shown(level)) review.by_level[level].reset();
  for (RuleNo rule = 1; rule <= kRulesMax; ++rule) {
    RuleFigures& figures = review.rules[rule];
    figures.trend.clear();
    if (rule == kChainFault) {
      if (is_small(figures.cases.of, k)) figures.cases = {std::nullopt, std::nullopt};
      continue;
    }
    if (is_small(figures.open, k) || is_small(*figures.findings - *figures.open, k))
      figures.open.reset();
    const std::uint64_t without = *review.cases - *figures.cases.n;
    figures.cases = suppressed(figures.cases, k);
    if (is_small(without, k)) figures.cases.n.reset();
    figures.findings = table.of_rule(rule);
    if (figures.findings) continue;
    figures.cases.n.reset();
    figures.open.reset();
  }
}

// Where a case has at most one finding of a rule, its findings are its cases: beside the cases that
// it applied to they would tell how few have none. To how many it applied is hidden then, of all
// rules that apply to the same cases. That of all cases cannot be: the findings are, and with them
// every total that they would follow from.
void hide_findings_as_cases(Review& review, int k) {
  GroundSet hidden;
  for (RuleNo rule = 1; rule <= kRulesMax; ++rule) {
    RuleFigures& figures = review.rules[rule];
    if (!figures.findings || *figures.findings == 0 || rule == kChainFault) continue;
    const auto few_left = [&](const Number& of) {
      return of && *of >= *figures.findings && is_small(*of - *figures.findings, k);
    };
    if (few_left(figures.cases.of)) hidden.set(static_cast<std::size_t>(ground_of(rule)));
    if (!few_left(review.cases)) continue;
    figures.findings.reset();
    figures.open.reset();
    review.by_level[level_index(rule)].reset();
    review.total.reset();
  }
  for (RuleNo rule = 1; rule <= kRulesMax; ++rule)
    if (hidden.test(static_cast<std::size_t>(ground_of(rule))))
      review.rules[rule].cases = {std::nullopt, std::nullopt};
}

void hide_in_trend(Review& review, int k) {
  for (auto& trend : review.level_trend) trend.clear();
  if (!review.total) return review.trend.clear();
  std::vector<std::string> keys;
  for (const Slot& slot : review.slots.all) keys.push_back(slot.first.to_text());
  Table shown = suppressed(Table{review.total, review.trend}, keys, k, Rigour::unsolvable);
  // The total is told by the levels: hidden here, it would not be hidden.
  review.trend = shown.total ? std::move(shown.cells) : std::vector<Number>{};
}

// The cases of a whole, each of which is in one part at least, can be in several. Less the largest
// part that is shown, they must not be few; nor may so many be in no part that is shown that those
// hidden are all as large as a small number can be.
bool tells_a_part(const Number& whole, std::span<const Number> parts, int k) {
  if (!whole) return false;
  std::uint64_t most = 0, sum = 0, hidden = 0;
  for (const Number& part : parts) {
    most = std::max(most, part.value_or(0));
    sum += part.value_or(0);
    if (!part) ++hidden;
  }
  if (most <= *whole && is_small(*whole - most, k)) return true;
  return hidden > 0 && *whole > sum && *whole - sum >= hidden * (static_cast<std::uint64_t>(k) - 1);
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

void hide_in_theme(Review& review, std::size_t number, const CasesByRule& cases, int k) {
  Share& share = review.themes[number];
  const Theme& theme = review_themes()[number];
  std::vector<Number> found, applied;
  for (const RuleNo rule : theme.rules) {
    found.push_back(review.rules[rule].cases.n);
    applied.push_back(review.rules[rule].cases.of);
  }
  const std::uint64_t without = *review.cases - *share.n;
  share = suppressed(share, k);
  if (tells_a_part(share.of, applied, k)) share = {std::nullopt, std::nullopt};
  if (is_small(without, k) || tells_a_rule(theme, review, cases, k) ||
      tells_a_part(share.n, found, k))
    share.n.reset();
}

void hide_in_all(Review& review, int k) {
  review.found = suppressed(review.found, k);
  review.breached = suppressed(review.breached, k);
  std::vector<Number> breaches, themes;
  for (RuleNo rule = 1; rule <= kRulesMax; ++rule)
    if (level_of(rule) == FindingLevel::breach) breaches.push_back(review.rules[rule].cases.n);
  for (const Share& theme : review.themes) themes.push_back(theme.n);
  if (!review.by_level[0] || tells_a_part(review.breached.n, breaches, k))
    review.breached.n.reset();
  const Number others = review.breached.n && review.found.n
                            ? Number{*review.found.n - *review.breached.n}
                            : Number{};  // without a breach
  if (!review.total || is_small(others, k) || tells_a_part(review.found.n, themes, k))
    review.found.n.reset();
}

}  // namespace

Review suppressed(Review review, int k) {
  review.suppressed_below = k;
  CasesByRule cases{};
  for (RuleNo rule = 1; rule <= kRulesMax; ++rule) cases[rule] = *review.rules[rule].cases.n;
  for (auto& shown : review.shown) shown.clear();
  hide_findings(review, k);
  hide_findings_as_cases(review, k);
  hide_in_trend(review, k);
  for (std::size_t i = 0; i < kThemeCount; ++i) hide_in_theme(review, i, cases, k);
  hide_in_all(review, k);
  if (is_small(review.cases, k)) review.cases.reset();
  if (is_small(review.erased, k)) review.erased.reset();
  return review;
}

}  // namespace stafett::bti
