#pragma once
// Shares of a root key for several people: written and tried; and where it is said that there are
// none.
//
// Source:  docs/formats/key-table.md (shares)
// Threads: any.

#include "engine/log/keeping/directory_layout.h"
#include "engine/log/keeping/root_key.h"

namespace stafett::tools {

struct ShareWords {
  std::vector<std::string> files;  // one for each share
  unsigned threshold = 0;          // how many of them bring the key back
};

// Errors: invalid_argument (2 <= threshold <= files <= 255).
Result<void> check_share_words(const ShareWords& words);

// Writes the shares and brings the key back from them. Errors: conflict (a file exists), corrupt
// (they do not bring it back), io.
Result<void> write_shares(const ShareWords& words, const log::RootKey& root, const Hash& origin);

// A file whose being there says that nobody has shares of the root key.
std::string no_shares_file(const log::LogPaths& paths);

}  // namespace stafett::tools
