#pragma once
// What is known, outside a restored copy, to have been in the log: by its guard, by newer backups,
// by receipts and checkpoints in people's hands. What goes beyond the copy is lost unless a newer
// copy is found; what contradicts it shows another history.
//
// Source:  docs/formats/guard.md, receipt.md, transparency.md
// Threads: pure functions and values.
// Limits:  kEvidenceMax pieces.

#include <optional>
#include <string>
#include <vector>

#include "engine/format/receipt.h"
#include "engine/log/keeping/guard_format.h"
#include "engine/log/verify/public_record.h"

namespace stafett::log {

inline constexpr std::size_t kEvidenceMax = 1'000'000;

struct HeldReceipt {
  std::string source;  // for people: which file and line
  Position position;
  Hash leaf_hash;
  format::ReceiptGroup group;
  std::vector<Hash> path;
};
struct HeldCheckpoint {
  std::string source;
  std::string note;
};
struct HeldState {
  std::string source;
  TreeState state;
};
struct Evidence {
  std::vector<HeldReceipt> receipts;
  std::vector<HeldCheckpoint> checkpoints;
  std::vector<HeldState> states;  // from a guard or a manifest: nobody signed them
};

// Positions [first, end) were in the log and are not in the copy.
struct LostEvents {
  Position first;
  Position end;
  Hash root;  // over [0, end); zero when only receipts reach so far
  std::vector<std::string> known_by;
};

// Errors: bad_signature (a piece is not of this log), conflict (the copy is of another history, or
// holds other entries; detail names the piece), too_large, corrupt, io.
Result<std::optional<LostEvents>> find_lost_events(const storage::Reads& reads,
                                                   const PublicRecord& record,
                                                   const Evidence& evidence);

}  // namespace stafett::log
