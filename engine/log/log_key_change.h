#pragma once
// The change of the log's own key, under the same origin:
//
//   1  log.key.next             the new key; the log signs with the old one
//   2  LogKeyRotated recorded   both keys have signed it; from here on the new one signs
//   3  log.key destroyed, log.key.next -> log.key
//
// Cut short anywhere, the log opens as before or as after: which, its own record says. A key made
// in 1 and not recorded is destroyed by the next attempt.
//
// Source:  docs/formats/engine-events.md (a change of the log key)
// Threads: by the log's writer alone.

#include "engine/log/log.h"

namespace stafett::log {

// Ends a change that was cut short in 2 or 3. Called before the log key is loaded.
// Errors: io; those of load_signing_key.
Result<void> settle_log_key(storage::Files& files, const LogPaths& paths, const Keyring& keyring);

// All steps; returns the new key. A checkpoint by the new key is the first thing that it signs.
// REQUIRES: started. Errors: refused (the log's answer), read_only, outcome_unknown (the next open
// decides), io.
Result<transparency::VerifierKey> rotate_log_key(Log& log);

}  // namespace stafett::log
