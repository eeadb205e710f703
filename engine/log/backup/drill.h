#pragma once
// A drill: restores the newest generation into a place of its own, and verifies the whole of it;
// with keys, opens all content too. The outcome is kept in the place, also when it is bad.
//
// Source:  docs/formats/backup.md
// Threads: one; the verifier brings its own.

#include "engine/log/backup/restorer.h"
#include "engine/log/verify/directory_verifier.h"

namespace stafett::log {

struct DrillRequest {
  std::string place;
  std::string keep_at;   // empty: in the place, and removed
  std::string root_key;  // both empty: no content is opened
  std::string table;
  std::function<Result<std::vector<Hash>>(const storage::Reads&, const VerifyKeys&)>
      refused_intents;  // as of VerifyDirectory
  std::function<void(std::uint64_t done, std::uint64_t total)> progress;
  decltype(VerifyDirectory::without_role) without_role{};  // as of VerifyDirectory
};

struct Drill {
  DrillOutcome outcome;
  std::string fault;  // empty: none. The first, for people
};

// Errors: not_found (no generation), locked (a backup is at work there), conflict (`keep_at` is
// there), not_found and refused of the root key, io of the place itself. Everything else that goes
// wrong is an outcome.
Result<Drill> run_drill(const BackupSurroundings& with, const DrillRequest& request);

}  // namespace stafett::log
