#pragma once
// Witness policies as the log has recorded them: which one holds for a checkpoint.
//
// A policy recorded at a position holds for every checkpoint that covers that position, until the
// next one. So whoever has the entries knows it, and whoever changes it leaves a trace.
//
// Threads: constant once read.

#include <vector>

#include "engine/storage/reads.h"
#include "engine/transparency/witness_policy.h"

namespace stafett::log {

struct RecordedPolicy {
  Position position;
  std::string text;
  transparency::WitnessPolicy policy;
};

class WitnessPolicies final {
 public:
  // From the engine stream's entries below the store's size. Errors: corrupt, io.
  static Result<WitnessPolicies> read(const storage::Reads& reads, const StreamId& engine);

  // Null: none was recorded by then.
  const RecordedPolicy* in_force(TreeSize size) const;
  const RecordedPolicy* newest() const { return all_.empty() ? nullptr : &all_.back(); }

 private:
  std::vector<RecordedPolicy> all_;  // by position
};

}  // namespace stafett::log
