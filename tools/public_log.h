#pragma once
// PublicLog: a log as it can be read beside its writer, without any content key: entries, tree,
// checkpoints, keyring, guard.
//
// Threads: reads from any thread; refresh() by the owner.

#include <memory>
#include <string>

#include "engine/log/log_tree.h"
#include "engine/log/meta_rows.h"

namespace stafett::tools {

struct PublicLog {
  log::LogPaths paths;
  std::unique_ptr<storage::Store> store;
  log::StreamIds streams;
  log::Keyring keyring;

  const std::string& origin() const { return keyring.genesis()->origin; }
  transparency::VerifierKey vkey() const;  // the log's key, as it signs now
  // Tree head of what the database holds. Errors: corrupt, io.
  Result<transparency::TreeHead> head() const;
  // The newest checkpoint, its signature checked. Errors: not_found (none yet), corrupt,
  // bad_signature.
  struct Checkpoint {
    std::string note;
    transparency::TreeHead head;
  };
  Result<Checkpoint> checkpoint() const;
  Result<std::unique_ptr<log::Guard>> guard() const;
};

// `follow_path`: empty: one moment; else a directory of one's own, and refresh() goes forward.
// Errors: not_found (no log), corrupt, unsupported, io.
Result<std::unique_ptr<PublicLog>> open_public(const std::string& directory,
                                               const std::string& follow_path = {});

// Another process has the log open for writing.
bool has_writer(const log::LogPaths& paths);

}  // namespace stafett::tools
