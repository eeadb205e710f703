#pragma once
// Shares of a root key for several people: written and tried; and where it is said that there are
// none.
//
// Source:  docs/formats/key-table.md (shares)
// Threads: any.

#include "engine/log/keeping/directory_layout.h"
#include "engine/log/keeping/key_table_format.h"
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

// Removes those of the files that are shares of this log's, but of another root key than the one
// its table is under: a run that was stopped left them, and that key never came to use. Errors: io.
Result<void> remove_unused_shares(const ShareWords& words, const log::KeyTableHeader& table);

// A file whose being there says that nobody has shares of the root key.
std::string no_shares_file(const log::LogPaths& paths);

}  // namespace stafett::tools
