#pragma once
// CosignedCheck: what witnesses have cosigned is of this log: signed by it and by witnesses of the
// policy in force, with the roots that the entries lead to.
//
// Threads: one, after verify(): it trusts the tiles that were compared there.

#include "engine/log/verify/verifier.h"
#include "engine/storage/files.h"
#include "engine/transparency/checkpoint.h"

namespace stafett::log {

struct CosignedPlace {
  const storage::Reads& reads;
  storage::Files& files;
  std::string directory;  // of the cosigned checkpoints
  const LogKeys& log_keys;
  const StreamId& engine;
};

// Adds what it finds to the report, the errors behind those that are there.
void check_cosigned(const CosignedPlace& place, const VerifyOptions& options, VerifyReport& report);

}  // namespace stafett::log
