#include "engine/storage/open_race.h"

#include <algorithm>
#include <vector>

#include "engine/storage/status.h"

namespace stafett::storage {
namespace {

constexpr int kRaceTriesMax = 32;

// The names of the write-ahead logs and the size of the manifest: they change with every flush.
std::vector<std::string> file_lists(rocksdb::Env& env, const std::string& path) {
  std::vector<std::string> names;
  if (!env.GetChildren(path, &names).ok()) return {};
  std::vector<std::string> lists;
  for (const std::string& name : names) {
    if (name.ends_with(".log")) lists.push_back(name);
    std::uint64_t bytes = 0;
    if (name.starts_with("MANIFEST-") && env.GetFileSize(path + "/" + name, &bytes).ok())
      lists.push_back(name + " " + std::to_string(bytes));
  }
  std::sort(lists.begin(), lists.end());
  return lists;
}

}  // namespace

rocksdb::Env& env_of(const StoreEnvironment* environment) {
  return environment != nullptr ? *environment->env : *rocksdb::Env::Default();
}

Error open_error(const rocksdb::Status& status) {
  // Both of RocksDB's messages say "lock".
  if (status.IsIOError() && status.ToString().find("lock") != std::string::npos)
    return Error{Errc::locked, status.ToString()};
  return to_error(status, Errc::io);
}

Result<void> without_race(rocksdb::Env& env, const std::string& path,
                          const std::function<Result<void>()>& look) {
  Result<void> looked = Error{Errc::io, "the writer never paused"};
  for (int tries = 0; tries < kRaceTriesMax; ++tries) {
    const std::vector<std::string> before = file_lists(env, path);
    looked = look();
    if (before == file_lists(env, path)) return looked;
    if (looked) looked = Error{Errc::io, "the writer never paused"};
  }
  return looked;
}

Result<void> sync_parent(rocksdb::Env& env, const std::string& path) {
  const std::size_t slash = path.find_last_not_of('/') == std::string::npos
                                ? std::string::npos
                                : path.rfind('/', path.find_last_not_of('/'));
  const std::string parent = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  std::unique_ptr<rocksdb::Directory> directory;
  ENGINE_TRY_VOID(from_status(env.NewDirectory(parent, &directory), Errc::io));
  return from_status(directory->Fsync(), Errc::io);
}

}  // namespace stafett::storage
