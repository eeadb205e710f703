#pragma once
// What population.jsonl has: all that a sample was drawn from, and why the rest was not.
//
// Source:  docs/formats/bundle.md (the sample)
// Threads: one.
// Limits:  about 130 bytes per stream of the log.

#include <functional>

#include "engine/log/log_tree.h"
#include "projections/bundle/bundle_lines.h"
#include "projections/bundle/export_record.h"

namespace stafett::bti {

struct PopulationPlace {
  const log::Log& log;
  const RecordedExport& made;
  transparency::TileHashSource& hashes;
};
// In the order of the file; none without a sample. Errors: corrupt, io; those of `use`.
Result<void> for_each_population_line(
    const PopulationPlace& place, const std::function<Result<void>(const PopulationLine&)>& use);

}  // namespace stafett::bti
