#pragma once
// The change of the root key: a new key and a table of the survivors under it take the places of
// the old ones, which are destroyed. Cut short anywhere, the log opens as before or as after.
//
//   1  root.key.next                          the new key; the log still opens with the old one
//   2  table.next                             the survivors under it
//   3  table -> table.old, table.next -> table
//   4  root.key destroyed, root.key.next -> root.key
//   5  table.old destroyed
//
// Until 3 is done nothing is lost; from then on only 4 and 5 can follow.
//
// Source:  docs/formats/key-table.md (a change of the root key)
// Threads: by the log's writer alone.
// Errors:  io; corrupt or unsupported when a table cannot be read.

#include "engine/log/keeping/directory_layout.h"
#include "engine/log/keeping/key_table.h"

namespace stafett::log {

// Ends a change that was cut short in 3 to 5, and destroys what a write that was cut short has left
// of a root key. Called before the root key is loaded.
Result<void> settle_root_key(storage::Files& files, const LogPaths& paths);

// A new key for a change that begins: one that a change cut short before 3 has left is destroyed,
// as a table that is under it may hold what is to be erased now. Errors: conflict (a change was cut
// short in 3 to 5), refused (the root key or the table could not be destroyed); as
// RootKeyFile::load too.
Result<RootKey> make_next_root_key(storage::Files& files, const LogPaths& paths, Random& random);

// Steps 2 and 3; what is in the file is read back before anything moves. The KeyTable then reads
// the new table.
Result<void> put_next_table(storage::Files& files, const LogPaths& paths, ByteView table);

}  // namespace stafett::log
