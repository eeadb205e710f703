#pragma once
// Review: the figures of a review report, summed over cases, and the findings that it shows.
//
// Source:  docs/reference/review-report.md
// Threads: values; a ReviewTally is one thread's.
// Limits:  memory: 16 bytes a case, about 300 bytes a finding.

#include <array>
#include <map>
#include <string>
#include <vector>

#include "projections/review/case_review.h"
#include "projections/review/themes.h"
#include "projections/statistics/figures.h"

namespace stafett::bti {

// A stretch of the period that a trend counts by.
struct Slot {
  Date first, last;
};
enum class SlotUnit : std::uint8_t { month, quarter, year };
struct Slots {
  SlotUnit unit = SlotUnit::month;
  std::vector<Slot> all;  // what lies outside the period is cut off
};
Slots slots_of(DatePeriod period);

inline constexpr std::size_t kFindingLevels = 3;  // breach, deviation, remark
inline std::size_t level_index(RuleNo rule) {
  return static_cast<std::size_t>(level_of(rule));
}

struct RuleFigures {
  Share cases;  // in which it was found, of those that it applied to
  Number findings = 0;
  Number open = 0;            // not cleared by the end
  std::vector<Number> trend;  // findings by slot; empty: not shown
};

struct ShownFinding {
  SubjectId case_id;
  CaseFinding finding;
};

struct Review {
  DatePeriod period;
  Slots slots;
  int suppressed_below = 0;  // 0: every number is shown
  Number cases = 0;          // in which something happened, or whose log was open
  Share found;               // cases with a finding, of these
  Share breached;            // with one of level breach
  Number total = 0;          // findings
  std::array<Number, kFindingLevels> by_level{0, 0, 0};
  std::vector<Number> trend;                                    // findings by slot; empty: hidden
  std::array<std::vector<Number>, kFindingLevels> level_trend;  // the same of each level
  std::array<Share, kThemeCount> themes;         // cases with a finding, of those concerned
  std::array<RuleFigures, kRulesMax + 1> rules;  // by rule
  std::array<std::vector<ShownFinding>, kRulesMax + 1> shown;  // open ones first, then the oldest
  Number erased = 0;
  std::map<SubjectId, std::string> damaged;  // why they could not be looked into
};

class ReviewTally final {
 public:
  explicit ReviewTally(DatePeriod period);
  void add(CaseReview review);
  void add_erased() { ++erased_; }
  void add_damaged(const SubjectId& id, std::string why) { damaged_.emplace(id, std::move(why)); }
  // A fault in the chain of a case, which need not have been added.
  void add_fault(const SubjectId& id, CaseFinding fault) {
    faults_[id].push_back(std::move(fault));
  }

  // Cases that were added, sorted.
  std::vector<SubjectId> looked_into() const;
  // Those of the period, sorted.
  std::vector<SubjectId> population() const;
  // Nothing suppressed. At most `shown_max` findings of each rule are kept to be shown.
  Review review(std::size_t shown_max) const;

 private:
  DatePeriod period_;
  std::vector<CaseReview> cases_;
  std::map<SubjectId, std::vector<CaseFinding>> faults_;
  std::uint64_t erased_ = 0;
  std::map<SubjectId, std::string> damaged_;
};

// Numbers of few cases hidden, and what would tell them; nothing of single cases is left.
// `k`: the profile's smallCellMin.
Review suppressed(Review review, int k);

}  // namespace stafett::bti
