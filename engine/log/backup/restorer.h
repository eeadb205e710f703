#pragma once
// Restores a log's database from one generation, or as it was at an earlier head that the log has
// signed; never over anything, and hides nothing: what the guard, newer generations, what witnesses
// have cosigned, receipts and checkpoints know of is compared with it, and what is lost is named,
// position by position, what was cut off included. The guard is never made to remember less: where
// it knew less than has been shown, it is told, so that the log opens read-only until somebody
// accepts the loss, which is then recorded in it. A guard that cannot be read stays as it is.
//
// Source:  docs/formats/backup.md, docs/how-to/back-up.md
// Threads: one; the verifier brings its own.

#include "engine/log/backup/backup_maker.h"
#include "engine/log/backup/lost_events.h"
#include "engine/log/backup/point_in_time.h"

namespace stafett::log {

struct RestoreRequest {
  std::string place;
  LogPaths to;
  AtGeneration at;
  // Ends there; what the generation has beyond is lost, and named. Needs the root key and the key
  // table, of `to` or of table_place.
  std::optional<PointInTime> point;
  std::string table_place;  // empty: the key table is not put back
  Evidence evidence;        // receipts and checkpoints that people hold
  unsigned level = 4;       // of the verification
  std::function<void(std::uint64_t done, std::uint64_t total)> progress;
};

struct RestoredLog {
  BackupManifest manifest;
  bool is_cut = false;  // ends before the generation does
  VerifyReport report;
  std::optional<LostEvents> lost;
  // Opens read-only until `guard accept`; empty: the guard agrees with it as it is.
  std::optional<std::string> read_only;
  // What could tell of lost events and cannot be read: later generations' manifests, cosigned
  // checkpoints. For people.
  std::vector<std::string> unreadable;
};

// Errors: conflict (something is there, or another log's guard; or it is of another history than
// has been shown; an erasure would be cut off), locked (another restore is at work there),
// not_found (no such generation or signed head; no key table or root key to cut with), corrupt (the
// generation is damaged, or the newest's manifest: named), bad_signature (a receipt or checkpoint
// is not of this log), io. Then nothing is there but what was before.
Result<RestoredLog> restore_log(const BackupSurroundings& with, RestoreRequest request);

// One generation as a database at `to`, every byte compared on the way, and verified. The caller
// removes `to`, also when it fails.
Result<VerifyReport> restore_generation(const BackupSurroundings& with, const BackupPlace& place,
                                        const BackupManifest& manifest, const std::string& to,
                                        const VerifyOptions& options);

}  // namespace stafett::log
