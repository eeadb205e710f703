#include "tools/public_log.h"

#include <fcntl.h>
#include <unistd.h>

#include "engine/transparency/checkpoint.h"

namespace stafett::tools {

transparency::VerifierKey PublicLog::vkey() const {
  return keyring.log_key();
}

Result<transparency::TreeHead> PublicLog::head() const {
  const TreeSize size = store->size();
  ENGINE_TRY(root, log::root_at(*store, size));
  return transparency::TreeHead{size, root};
}

Result<PublicLog::Checkpoint> PublicLog::checkpoint() const {
  ENGINE_TRY(stored, store->latest_checkpoint());
  if (!stored) return Error{Errc::not_found, "the log has no checkpoint yet"};
  const std::string note{as_text(stored->note)};
  ENGINE_TRY(opened, log::open_log_checkpoint(note, keyring.log_keys()));
  if (opened.head().size > store->size())
    return Error{Errc::corrupt, "the checkpoint is larger than the log"};
  return Checkpoint{note, opened.head()};
}

Result<std::unique_ptr<log::Guard>> PublicLog::guard() const {
  return log::Guard::open(storage::posix_files(), paths.guard, keyring.origin_hash());
}

Result<std::unique_ptr<PublicLog>> open_public(const std::string& directory,
                                               const std::string& follow_path) {
  auto opened = std::make_unique<PublicLog>();
  opened->paths = log::LogPaths::beside(directory);
  storage::StoreOptions options;
  options.follow_path = follow_path;
  ENGINE_TRY(store,
             storage::Store::open(
                 opened->paths.database,
                 follow_path.empty() ? storage::Mode::read_only : storage::Mode::follow, options));
  opened->store = std::move(store);
  ENGINE_TRY(streams, log::read_stream_ids(*opened->store));
  opened->streams = streams;
  ENGINE_TRY_VOID(log::read_keyring(*opened->store, opened->streams.engine, opened->keyring));
  if (!opened->keyring.genesis()) return Error{Errc::corrupt, "the log has no genesis"};
  return opened;
}

// The database's own lock, asked about without taking it.
bool has_writer(const log::LogPaths& paths) {
  const int file = ::open((paths.database + "/LOCK").c_str(), O_RDWR | O_CLOEXEC);
  if (file < 0) return false;
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  const bool held = ::fcntl(file, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
  ::close(file);
  return held;
}

}  // namespace stafett::tools
