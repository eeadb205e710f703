#pragma once
// Verifies a log's directory, with or without a writer at work in it: opens what is needed for
// reading only, in the right order, and tells of what cannot be opened as a finding too.
//
// Threads: as verify().

#include "engine/log/keeping/directory_layout.h"
#include "engine/log/verify/verifier.h"
#include "engine/storage/files.h"

namespace stafett::log {

enum class AskGuard { yes, no };  // no: a copy, which has none

struct VerifyDirectory {
  const LogPaths& paths;
  storage::Files& files;
  Random& random;
  storage::StoreOptions store{};
  // Level 5 only; built by the caller over the database it is given. Empty: not resolved.
  std::function<Result<std::vector<Hash>>(const storage::Reads&, const VerifyKeys&)>
      refused_intents;
  AskGuard guard = AskGuard::yes;
  // Level 5 only, as refused_intents is given. Empty: roles are not looked at.
  std::function<Result<std::vector<Position>>(const storage::Reads&, const VerifyKeys&,
                                              std::span<const ErasureOrder::Act>)>
      without_role{};
};

// Errors: not_found (no database), invalid_argument, unsupported, io; at level 5 also not_found and
// refused of the root key, and conflict (it was changed meanwhile, and something did not open).
Result<VerifyReport> verify_directory(const VerifyDirectory& directory,
                                      const VerifyOptions& options);

}  // namespace stafett::log
