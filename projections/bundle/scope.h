#pragma once
// The scope of a bundle: whose grant it was made under, what was asked for, and which cases are in
// it. Fixed before the log records that the bundle is made: AuditExportMade carries its digest.
//
// Source:  docs/formats/bundle.md
// Threads: pure functions.

#include "projections/bundle/selection.h"

namespace stafett::bti {

struct BundleScope {
  std::string origin;
  TimeUs made_at;
  TreeSize chosen_at;  // the log's size when the cases were chosen
  std::string grant;
  ActorId auditor;  // whom the bundle is for
  ActorId by;       // who made it
  std::optional<DayRange> period;
  std::optional<Sample> sample;
  // The population is told of with all other cases of the log, so that none can be missing.
  bool of_whole_log = false;
  // Of a sample: only from cases begun in entries [0, drawn_from), the checkpoint that was known
  // when the seed was said. Nothing: from all that there were at `chosen_at`.
  std::optional<TreeSize> drawn_from;
  std::vector<SubjectId> cases;  // in the order of cases.jsonl
};

// Canonical: what parses to it and is written again is the same text.
std::string scope_text(const BundleScope& scope);
// Errors: malformed (also names and seeds that no log has), too_large (more than kBundleCasesMax
// cases).
Result<BundleScope> parse_scope(std::string_view text);

}  // namespace stafett::bti
