#include "tools/root_key_shares.h"

#include "engine/log/keeping/root_escrow.h"
#include "tools/backup_words.h"

namespace stafett::tools {

Result<void> check_share_words(const ShareWords& words) {
  if (words.threshold >= 2 && words.threshold <= words.files.size() && words.files.size() <= 255)
    return {};
  return Error{Errc::invalid_argument, "of 2 to 255 shares, 2 or more bring the root key back"};
}

Result<void> write_shares(const ShareWords& words, const log::RootKey& root, const Hash& origin) {
  ENGINE_TRY_VOID(log::escrow_root_key(storage::posix_files(), backup_surroundings().random, root,
                                       origin, words.threshold, words.files));
  ENGINE_TRY(recovered, log::recover_root_key(words.files));
  if (log::root_key_id(recovered.root) != log::root_key_id(root))
    return Error{Errc::corrupt, "what was written does not bring the root key back"};
  return {};
}

Result<void> remove_unused_shares(const ShareWords& words, const log::KeyTableHeader& table) {
  storage::Files& files = storage::posix_files();
  for (const std::string& path : words.files) {
    ENGINE_TRY(there, files.exists(path));
    if (!there) continue;
    Result<Bytes> bytes = files.read(path, log::kShareFileBytes);
    if (!bytes) continue;  // no share: it is told that there is something
    const crypto::WipeGuard wiped{*bytes};
    const auto share = log::decode_escrow_share(*bytes);
    if (share && share->origin == table.origin && share->root_key_id != table.root_key_id)
      ENGINE_TRY_VOID(files.destroy(path));
  }
  return {};
}

std::string no_shares_file(const log::LogPaths& paths) {
  return paths.keys + "/no-shares";
}

}  // namespace stafett::tools
