#include "tests/engine/log/fault_place.h"

#include <sys/stat.h>

#include <fstream>

#include "tests/support/fault_rocksdb.h"

namespace stafett::log::testing {
namespace {

namespace fs = std::filesystem;
using storage::AppendFile;
using storage::FileLock;
using storage::ReadFile;

constexpr std::size_t kKeyFileBytesMax = std::size_t{1} << 24;

}  // namespace

MirroredFiles::MirroredFiles(stafett::testing::FaultDisk& disk, std::string real,
                             std::string on_disk)
    : files_(disk), real_(std::move(real)), on_disk_(std::move(on_disk)) {}

std::string MirroredFiles::mapped(const std::string& path) const {
  return path.starts_with(real_) ? on_disk_ + path.substr(real_.size()) : path;
}

void MirroredFiles::materialise() {
  fs::remove_all(real_);
  copy_down(on_disk_, real_);
}

void MirroredFiles::copy_down(const std::string& directory, const std::string& to) {
  const auto names = files_.list(directory);
  if (!names) return;
  fs::create_directories(to);
  for (const std::string& name : *names) {
    const auto bytes = files_.read(directory + "/" + name, kKeyFileBytesMax);
    if (!bytes) {
      copy_down(directory + "/" + name, to + "/" + name);
      continue;
    }
    std::ofstream{to + "/" + name, std::ios::binary} << as_text(*bytes);
    ::chmod((to + "/" + name).c_str(), 0600);
  }
}

Result<Bytes> MirroredFiles::read(const std::string& path, std::size_t bytes_max) {
  return files_.read(mapped(path), bytes_max);
}
Result<std::unique_ptr<ReadFile>> MirroredFiles::open_read(const std::string& path) {
  return files_.open_read(mapped(path));
}
Result<std::unique_ptr<AppendFile>> MirroredFiles::open_append(const std::string& path) {
  return files_.open_append(mapped(path));
}
Result<void> MirroredFiles::replace(const std::string& path, ByteView bytes) {
  const Result<void> replaced = files_.replace(mapped(path), bytes);
  if (mapped(path) != path) materialise();
  return replaced;
}
Result<void> MirroredFiles::truncate(const std::string& path, std::uint64_t size) {
  return files_.truncate(mapped(path), size);
}
Result<void> MirroredFiles::remove(const std::string& path) {
  return files_.remove(mapped(path));
}
Result<void> MirroredFiles::make_directory(const std::string& path) {
  return files_.make_directory(mapped(path));
}
Result<bool> MirroredFiles::exists(const std::string& path) {
  return files_.exists(mapped(path));
}
Result<std::vector<std::string>> MirroredFiles::list(const std::string& directory) {
  return files_.list(mapped(directory));
}
Result<std::unique_ptr<FileLock>> MirroredFiles::lock(const std::string& path) {
  return files_.lock(mapped(path));
}

FaultPlace::FaultPlace(std::uint64_t seed)
    : disk_({stafett::testing::Fault::none, 0, seed}),
      files_(disk_, real_.path("keys"), "/disk/log.keys") {}

Place FaultPlace::place() const {
  LogPaths paths = LogPaths::beside("/disk/log");
  paths.keys = real_.path("keys");
  paths.root_key = paths.keys + "/root.key";
  paths.log_key = paths.keys + "/log.key";
  paths.actors = paths.keys + "/actors";
  paths.key_table = "/disk/log.keys/table";
  storage::StoreOptions store;
  store.environment =
      stafett::testing::fault_environment(const_cast<stafett::testing::FaultDisk&>(disk_));
  store.write_buffer_bytes = 128u << 10;  // flushes, and drops old logs, within a workload
  store.wal_bytes_max = 128u << 10;
  store.block_cache_bytes = 1u << 20;
  return Place{paths, files_, store, Domains::per_stream};
}

void FaultPlace::power_cycle() {
  disk_.power_cycle();
  files_.materialise();
}

void FaultPlace::remove(const std::string& path) {
  std::vector<std::string> names;
  const std::string on_disk = files_.mapped(path);
  if (disk_.list(on_disk, names) == stafett::testing::Outcome::ok)
    for (const std::string& name : names) remove(on_disk + "/" + name);
  CHECK(disk_.remove(on_disk) == stafett::testing::Outcome::ok);
}

}  // namespace stafett::log::testing
