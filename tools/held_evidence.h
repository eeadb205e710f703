#pragma once
// Receipts and checkpoints from files, as people hold them: what `append` printed, what the server
// answered, what `export-tiles` or a proof had. Read only; whoever uses them checks them.
//
// Threads: any.
// Limits:  kEvidenceMax receipts; a line of 8 MiB; a checkpoint of 64 KiB.

#include "engine/log/backup/lost_events.h"

namespace stafett::tools {

// JSON Lines. Refusals promise nothing and are passed over. Errors: malformed (naming the line),
// too_large, not_found, io.
Result<void> read_receipts(const std::string& file, std::vector<log::HeldReceipt>& to);

// One signed note, with or without cosignatures. Errors: too_large, not_found, io.
Result<log::HeldCheckpoint> read_checkpoint(const std::string& file);

}  // namespace stafett::tools
