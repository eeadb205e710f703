#pragma once
// Tally: the contributions of cases added up, and the figures that they make.
//
// Threads: one.
// Limits:  grows with the people who hold a log, and with how many different numbers of days there
//          are; not with cases.

#include <map>
#include <unordered_map>

#include "projections/statistics/case_counts.h"

namespace stafett::bti {

class Tally final {
 public:
  void add(const CaseCounts& counts);
  // Nothing suppressed.
  Figures figures() const;

 private:
  Figures sums_;  // without medians and the table of holders
  std::array<std::map<std::int32_t, std::uint64_t>, kMedianCount> days_;  // how often so many days
  std::unordered_map<ActorId, std::uint64_t, IdHash> open_logs_;
};

}  // namespace stafett::bti
