#include "projections/review/themes.h"

#include <array>

namespace stafett::bti {
namespace {

constexpr RuleNo kEarly[] = {1, 2, 4};
constexpr RuleNo kDuty[] = {3, 50, 51, 52, 53};
constexpr RuleNo kConsent[] = {5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 49, 60};
constexpr RuleNo kChild[] = {31, 32, 33, 41};
constexpr RuleNo kBaton[] = {21, 22, 23, 24, 25, 26, 38, 55, 59};
constexpr RuleNo kMeasures[] = {27, 28, 29, 30, 34, 35, 36};
constexpr RuleNo kAccess[] = {17, 18, 19, 20, 37, 54, 61, 62};
constexpr RuleNo kClosing[] = {39, 40, 42, 43, 44, 45, 46, 47};
constexpr RuleNo kRecord[] = {48, 56, 57, 58};

constexpr std::array<Theme, kThemeCount> kThemes = {{{"early", kEarly},
                                                     {"duty", kDuty},
                                                     {"consent", kConsent},
                                                     {"child", kChild},
                                                     {"baton", kBaton},
                                                     {"measures", kMeasures},
                                                     {"access", kAccess},
                                                     {"closing", kClosing},
                                                     {"record", kRecord}}};

constexpr bool each_rule_once() {
  std::array<int, kRulesMax + 1> times{};
  for (const Theme& theme : kThemes)
    for (const RuleNo rule : theme.rules) ++times[rule];
  for (std::size_t rule = 1; rule < times.size(); ++rule)
    if (times[rule] != 1) return false;
  return true;
}
static_assert(each_rule_once());

}  // namespace

std::span<const Theme> review_themes() {
  return kThemes;
}

}  // namespace stafett::bti
