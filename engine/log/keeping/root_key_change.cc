#include "engine/log/keeping/root_key_change.h"

#include <algorithm>

#include "engine/log/keeping/destroyable.h"
#include "engine/log/keeping/root_key_source.h"

namespace stafett::log {
namespace {

std::string next_of(const std::string& path) {
  return path + ".next";
}
std::string old_of(const std::string& path) {
  return path + ".old";
}

// Whether the key in the file is the one that the table is wrapped under. No key file: no.
Result<bool> fits(storage::Files& files, const std::string& key_path, const KeyTableHeader& table) {
  ENGINE_TRY(there, files.exists(key_path));
  if (!there) return false;
  const Result<RootKey> key = load_root_key(key_path);
  // Half destroyed: its bytes are no key's any more, its length may be.
  if (!key) {
    if (key.error().code() == Errc::malformed) return false;
    return key.error();
  }
  return root_key_id(*key) == table.root_key_id;
}

// What a write that was cut short has left beside (Files::replace): a root key in clear, which may
// be the one in use, on its way out of a token.
Result<void> destroy_unfinished(storage::Files& files, const std::string& root_key) {
  for (const std::string& path : {root_key, next_of(root_key)}) {
    ENGINE_TRY(there, files.exists(path + ".new"));
    if (there) ENGINE_TRY_VOID(files.destroy(path + ".new"));
  }
  return {};
}

}  // namespace

Result<void> settle_root_key(storage::Files& files, const LogPaths& paths) {
  ENGINE_TRY_VOID(destroy_unfinished(files, paths.root_key));
  const std::string old_table = old_of(paths.key_table);
  const std::string next_key = next_of(paths.root_key);
  ENGINE_TRY(old_there, files.exists(old_table));
  ENGINE_TRY(next_there, files.exists(next_key));
  if (!old_there && !next_there) return {};
  ENGINE_TRY(table_there, files.exists(paths.key_table));
  if (!table_there && old_there) return files.rename(old_table, paths.key_table);
  if (!table_there) return {};  // the open says what is missing
  ENGINE_TRY(header, read_key_table_header(files, paths.key_table));
  ENGINE_TRY(next_fits, fits(files, next_key, header));
  if (next_fits) {
    ENGINE_TRY(key_there, files.exists(paths.root_key));
    if (key_there) ENGINE_TRY_VOID(files.destroy(paths.root_key));
    ENGINE_TRY_VOID(files.rename(next_key, paths.root_key));
  }
  ENGINE_TRY(key_fits, fits(files, paths.root_key, header));
  return old_there && key_fits ? files.destroy(old_table) : Result<void>{};
}

Result<RootKey> make_next_root_key(storage::Files& files, const LogPaths& paths, Random& random) {
  // The table in place is then under the next key, which must not be destroyed.
  ENGINE_TRY(unfinished, files.exists(old_of(paths.key_table)));
  if (unfinished)
    return Error{Errc::conflict, "a change of the root key was cut short: open the log anew"};
  ENGINE_TRY_VOID(check_destroyable(files, paths.root_key));
  ENGINE_TRY_VOID(check_destroyable(files, paths.key_table));
  const std::string path = next_of(paths.root_key);
  ENGINE_TRY(there, files.exists(path));
  if (there) ENGINE_TRY_VOID(files.destroy(path));
  ENGINE_TRY(source, root_key_source(paths.root_key));
  ENGINE_TRY_VOID(create_root_key(files, path, source, random));
  return load_root_key(path);
}

Result<void> put_next_table(storage::Files& files, const LogPaths& paths, ByteView table) {
  const std::string next = next_of(paths.key_table);
  ENGINE_TRY_VOID(files.replace(next, table));
  ENGINE_TRY(back, files.read(next, table.size()));
  if (!std::ranges::equal(back, table))
    return Error{Errc::io, next + ": what was written does not read back"};
  ENGINE_TRY_VOID(files.rename(paths.key_table, old_of(paths.key_table)));
  return files.rename(next, paths.key_table);
}

}  // namespace stafett::log
