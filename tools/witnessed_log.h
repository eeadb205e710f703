#pragma once
// WitnessedLog: what of a log's public side concerns witnesses: the policies that it has recorded,
// and the checkpoints that were cosigned.
//
// Lifetime: the log outlives it.

#include "engine/log/witness/cosigned_checkpoints.h"
#include "tools/public_log.h"

namespace stafett::tools {

struct WitnessedLog {
  // Errors: as WitnessPolicies::read.
  static Result<std::unique_ptr<WitnessedLog>> of(const PublicLog& log);

  // The checkpoint for a receipt of this position: the newest that enough witnesses have cosigned,
  // else the newest that the log has signed. Errors: as PublicLog::checkpoint.
  struct Chosen {
    PublicLog::Checkpoint checkpoint;
    bool is_final = false;
  };
  Result<Chosen> checkpoint_for(Position position) const;

  const PublicLog& public_log;
  log::WitnessPolicies policies;
  log::CosignedCheckpoints cosigned;

  WitnessedLog(const PublicLog& given, log::WitnessPolicies recorded);
};

// A time of a cosignature. REQUIRES: one that CosignedCheckpoints has let through.
std::string cosigned_at(std::uint64_t time_s);
// Any time, also one that no calendar has.
std::string cosigned_text(std::uint64_t time_s);

}  // namespace stafett::tools
