#include "engine/storage/frozen_image.h"

#include <rocksdb/utilities/checkpoint.h>

#include <filesystem>
#include <limits>

#include "engine/storage/database.h"
#include "engine/storage/open_race.h"
#include "engine/storage/status.h"

namespace stafett::storage {
namespace {

Result<void> make_checkpoint(const Database& database, const std::string& image) {
  rocksdb::Checkpoint* made = nullptr;
  ENGINE_TRY_VOID(from_status(rocksdb::Checkpoint::Create(database.db.get(), &made), Errc::io));
  const std::unique_ptr<rocksdb::Checkpoint> checkpoint{made};
  // Nothing can be flushed here: the write-ahead logs go along.
  const rocksdb::Status status =
      checkpoint->CreateCheckpoint(image, std::numeric_limits<std::uint64_t>::max());
  return from_status(status, Errc::io);
}

}  // namespace

Result<void> freeze(const std::string& database, const std::string& image,
                    const StoreOptions& options) {
  rocksdb::Env& env = env_of(options.environment.get());
  if (env.FileExists(image).ok()) return Error{Errc::conflict, image + " is there already"};
  // Opened anew each time: what was opened may name files that the writer has dropped since.
  return without_race(env, database, [&]() -> Result<void> {
    ENGINE_TRY_VOID(remove_tree(image));
    ENGINE_TRY(opened, open_database(database, Mode::read_only, options));
    return make_checkpoint(*opened, image);
  });
}

Result<void> remove_tree(const std::string& directory) {
  std::error_code error;
  std::filesystem::remove_all(directory, error);
  if (error) return Error{Errc::io, "remove " + directory + ": " + error.message()};
  return {};
}

Result<void> move_database(const std::string& from, const std::string& to) {
  rocksdb::Env& env = *rocksdb::Env::Default();
  if (env.FileExists(to).ok()) return Error{Errc::conflict, to + " is there already"};
  ENGINE_TRY_VOID(sync_parent(env, from + "/CURRENT"));  // the names inside, before its own
  ENGINE_TRY_VOID(from_status(env.RenameFile(from, to), Errc::io));
  return sync_parent(env, to);
}

}  // namespace stafett::storage
