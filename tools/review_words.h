#pragma once
// What a review report is asked for, and what it is made from: a log (review_of_log.cc) or a bundle
// (review_of_bundle.cc).
//
// Threads: one.

#include <functional>
#include <string>
#include <vector>

#include "projections/review/review_page.h"

namespace stafett::tools {

struct ReviewWords {
  std::string source, out, period, grant, by = "admin", municipality, report, key, seed;
  std::string language = "nb";
  std::vector<std::string> cases, held;
  std::uint64_t sample = 0;  // 0: none
  std::uint64_t shown = 10;  // findings of each rule
  bool no_verify = false;
  bool json = false;
};

inline constexpr std::uint64_t kShownMax = 100;
inline constexpr std::uint64_t kReviewSampleMax = 200;

struct ReviewSpan {
  bti::DatePeriod period;  // cut off at today
  TimeUs as_of;            // its end, or now
};
// Errors: invalid_argument (no period; it begins after today).
Result<ReviewSpan> span_of(const std::string& period, TimeUs now);

// Is given the document while everything that it refers to is there.
using WriteReview = std::function<Result<void>(const bti::ReviewDocument&)>;

// An exit code: kFailed when the content of a case is damaged.
// Errors: refused (no grant covers; single cases without a grant), not_found, invalid_argument, io.
Result<int> review_of_log(const ReviewWords& words, bti::Language language,
                          const WriteReview& write);
// kVerificationFailed, and nothing is written, when the bundle does not hold.
Result<int> review_of_bundle(const ReviewWords& words, bti::Language language,
                             const WriteReview& write);

}  // namespace stafett::tools
