#pragma once
// Which cases go into a bundle: named ones, or those in which something was recorded in a period;
// of these all, or a sample that anybody can draw again.
//
// Source:  docs/formats/bundle.md (the sample)
// Threads: any.
// Limits:  16 bytes for each case of the log; kBundleCasesMax are chosen at most.

#include <optional>
#include <string>
#include <vector>

#include "engine/log/sealed_index.h"
#include "engine/storage/reads.h"
#include "projections/calendar/calendar.h"

namespace stafett::bti {

// Local dates, both included.
struct DayRange {
  Date first, last;
  friend bool operator==(const DayRange&, const DayRange&) = default;
};
// "2026-01-01..2026-03-31". Errors: invalid_argument.
Result<DayRange> parse_day_range(std::string_view text);

struct Sample {
  std::string seed;
  std::uint64_t size = 0;
  friend bool operator==(const Sample&, const Sample&) = default;
};
inline constexpr std::string_view kSampleMethod = "stafett/sample/v1";

struct Wanted {
  std::vector<SubjectId> named;  // empty: all that `period` leaves
  std::optional<DayRange> period;
  std::optional<Sample> sample;
  std::optional<TreeSize> begun_below;  // only cases that have an entry there
};

// The place of a case in the draw: those of the least ranks are drawn.
Hash sample_rank(std::string_view seed, const SubjectId& case_id);
// `population` in any order; by rank. All of them when there are not more than the sample asks for.
std::vector<SubjectId> draw(const Sample& sample, std::vector<SubjectId> population);

struct Selection {
  std::vector<SubjectId> population;  // what was drawn from, sorted; empty without a sample
  // What could have been, but for the period: sorted. Empty where all cases could.
  std::vector<SubjectId> allowed;
  std::vector<SubjectId> cases;  // sorted, or by rank
};
// Of entries [0, size), from among `allowed` (nothing: all cases), erased ones left out.
// Errors: not_found (no case is left), too_large (more than kBundleCasesMax), corrupt, io.
Result<Selection> select_cases(const storage::Reads& reads, const log::SealedIndex& index,
                               TreeSize size, const Wanted& wanted,
                               const std::optional<std::vector<SubjectId>>& allowed);

}  // namespace stafett::bti
