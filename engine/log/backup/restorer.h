#pragma once
// Restores a log's database from one generation, never over anything, and hides nothing: what the
// guard, newer generations, receipts and checkpoints know of is compared with it, and what is lost
// is named, position by position. The guard is never made to remember less: where it knew less than
// has been shown, it is told, so that the log opens read-only until somebody accepts the loss,
// which is then recorded in it.
//
// Source:  docs/formats/backup.md, docs/how-to/back-up.md
// Threads: one; the verifier brings its own.

#include "engine/log/backup/backup_maker.h"
#include "engine/log/backup/lost_events.h"

namespace stafett::log {

struct RestoreRequest {
  std::string place;
  LogPaths to;
  AtGeneration at;
  std::string table_place;  // empty: the key table is not put back
  Evidence evidence;        // receipts and checkpoints that people hold
  unsigned level = 4;       // of the verification
  std::function<void(std::uint64_t done, std::uint64_t total)> progress;
};

struct RestoredLog {
  BackupManifest manifest;
  VerifyReport report;
  std::optional<LostEvents> lost;
  // Opens read-only until `guard accept`; empty: the guard agrees with it as it is.
  std::optional<std::string> read_only;
};

// Errors: conflict (something is there; or it is of another history than has been shown),
// not_found (no such generation), corrupt (the generation is damaged: named), bad_signature (a
// receipt or checkpoint is not of this log), io. Then nothing is there but what was before.
Result<RestoredLog> restore_log(const BackupSurroundings& with, RestoreRequest request);

// One generation as a database at `to`, every byte compared on the way, and verified. The caller
// removes `to`, also when it fails.
Result<VerifyReport> restore_generation(const BackupSurroundings& with, const BackupPlace& place,
                                        const BackupManifest& manifest, const std::string& to,
                                        const VerifyOptions& options);

}  // namespace stafett::log
