#include "projections/review/review.h"

#include <algorithm>

namespace stafett::bti {
namespace {

constexpr int kMonthsMax = 18;
constexpr int kQuartersMax = 24;

// Of year 0.
int month_number(Date day) {
  return day.year() * 12 + static_cast<int>(day.month()) - 1;
}
Date month_start(int number) {
  return *Date::from_ymd(number / 12, static_cast<unsigned>(number % 12) + 1, 1);
}

std::size_t slot_at(const Slots& slots, Date day) {
  const auto next = std::ranges::upper_bound(slots.all, day, {}, &Slot::first);
  return static_cast<std::size_t>(next - slots.all.begin()) - 1;
}

void count(Number& number) {
  ++*number;
}

// Adds cases to a review, one at a time.
class Adder final {
 public:
  explicit Adder(Review& review) : review_(review) {}

  void add(const CaseReview& one, const std::vector<CaseFinding>* faults) {
    std::bitset<kRulesMax + 1> hit;
    for (const CaseFinding& finding : one.findings) add(one.id, finding, hit);
    if (faults)
      for (const CaseFinding& fault : *faults) add(one.id, fault, hit);
    if (!one.in_period && hit.none()) return;
    count(review_.cases);
    add_shares(one, hit);
  }

 private:
  void add(const SubjectId& id, const CaseFinding& finding, std::bitset<kRulesMax + 1>& hit) {
    hit.set(finding.rule);
    const std::size_t slot = slot_at(review_.slots, Date{finding.first});
    RuleFigures& rule = review_.rules[finding.rule];
    count(review_.total);
    count(review_.by_level[level_index(finding.rule)]);
    count(review_.trend[slot]);
    count(review_.level_trend[level_index(finding.rule)][slot]);
    count(rule.findings);
    count(rule.trend[slot]);
    if (finding.cleared == kNoDate) count(rule.open);
    review_.shown[finding.rule].push_back({id, finding});
  }
  void add_shares(const CaseReview& one, const std::bitset<kRulesMax + 1>& hit) {
    const auto add_to = [](Share& share, bool applied, bool found) {
      if (applied || found) count(share.of);
      if (found) count(share.n);
    };
    bool breached = false;
    for (RuleNo rule = 1; rule <= kRulesMax; ++rule) {
      add_to(review_.rules[rule].cases, applied(one, rule), hit.test(rule));
      if (hit.test(rule) && level_of(rule) == FindingLevel::breach) breached = true;
    }
    add_to(review_.found, true, hit.any());
    add_to(review_.breached, true, breached);
    for (std::size_t i = 0; i < kThemeCount; ++i) {
      const auto rules = review_themes()[i].rules;
      add_to(review_.themes[i],
             std::ranges::any_of(rules, [&](RuleNo rule) { return applied(one, rule); }),
             std::ranges::any_of(rules, [&](RuleNo rule) { return hit.test(rule); }));
    }
  }
  static bool applied(const CaseReview& one, RuleNo rule) {
    return one.grounds.test(static_cast<std::size_t>(ground_of(rule)));
  }

  Review& review_;
};

Review empty_review(DatePeriod period) {
  Review review;
  review.period = period;
  review.slots = slots_of(period);
  const std::vector<Number> zeros(review.slots.all.size(), Number{0});
  review.trend = zeros;
  review.level_trend.fill(zeros);
  for (RuleFigures& rule : review.rules) rule.trend = zeros;
  return review;
}

bool is_shown_before(const ShownFinding& a, const ShownFinding& b) {
  const auto key = [](const ShownFinding& one) {
    return std::tuple{one.finding.cleared != kNoDate, one.finding.first, one.case_id};
  };
  return key(a) < key(b);
}

}  // namespace

Slots slots_of(DatePeriod period) {
  const int months = month_number(period.to) - month_number(period.from) + 1;
  Slots slots;
  int step = 1;
  if (months > kMonthsMax) {
    slots.unit = months > 3 * kQuartersMax ? SlotUnit::year : SlotUnit::quarter;
    step = slots.unit == SlotUnit::year ? 12 : 3;
  }
  for (int first = month_number(period.from) / step * step; first <= month_number(period.to);
       first += step)
    slots.all.push_back({std::max(month_start(first), period.from),
                         std::min(month_start(first + step) - 1, period.to)});
  return slots;
}

ReviewTally::ReviewTally(DatePeriod period) : period_(period) {}

void ReviewTally::add(CaseReview review) {
  cases_.push_back(std::move(review));
}

std::vector<SubjectId> ReviewTally::looked_into() const {
  std::vector<SubjectId> cases;
  for (const CaseReview& one : cases_) cases.push_back(one.id);
  std::ranges::sort(cases);
  return cases;
}

std::vector<SubjectId> ReviewTally::population() const {
  std::vector<SubjectId> cases;
  for (const CaseReview& one : cases_)
    if (one.in_period) cases.push_back(one.id);
  std::ranges::sort(cases);
  return cases;
}

Review ReviewTally::review(std::size_t shown_max) const {
  Review review = empty_review(period_);
  review.erased = erased_;
  review.damaged = damaged_;
  Adder adder{review};
  auto unseen = faults_;  // of cases that could not be looked into
  for (const CaseReview& one : cases_) {
    const auto faults = faults_.find(one.id);
    adder.add(one, faults == faults_.end() ? nullptr : &faults->second);
    unseen.erase(one.id);
  }
  for (const auto& [id, faults] : unseen) {
    CaseReview damaged;
    damaged.id = id;
    adder.add(damaged, &faults);
  }
  for (auto& shown : review.shown) {
    std::ranges::stable_sort(shown, is_shown_before);
    if (shown.size() > shown_max) shown.resize(shown_max);
  }
  return review;
}

}  // namespace stafett::bti
