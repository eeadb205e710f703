#include "tests/engine/log/fault_place.h"

#include <sys/stat.h>

#include <fstream>

#include "tests/support/fault_rocksdb.h"

namespace stafett::log::testing {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kKeyFileBytesMax = std::size_t{1} << 24;

}  // namespace

MirroredFiles::MirroredFiles(storage::Files& disk, std::string real, std::string on_disk)
    : ForwardingFiles(disk), real_(std::move(real)), on_disk_(std::move(on_disk)) {}

std::string MirroredFiles::mapped(const std::string& path) const {
  return path.starts_with(real_) ? on_disk_ + path.substr(real_.size()) : path;
}

void MirroredFiles::materialise() {
  fs::remove_all(real_);
  copy_down(on_disk_, real_);
}

void MirroredFiles::copy_down(const std::string& directory, const std::string& to) {
  const auto names = list(directory);
  if (!names) return;
  fs::create_directories(to);
  for (const std::string& name : *names) {
    const auto bytes = read(directory + "/" + name, kKeyFileBytesMax);
    if (!bytes) {
      copy_down(directory + "/" + name, to + "/" + name);
      continue;
    }
    std::ofstream{to + "/" + name, std::ios::binary} << as_text(*bytes);
    ::chmod((to + "/" + name).c_str(), 0600);
  }
}

Result<void> MirroredFiles::replace(const std::string& path, ByteView bytes) {
  const Result<void> replaced = ForwardingFiles::replace(path, bytes);
  if (mapped(path) != path) materialise();
  return replaced;
}

Result<void> MirroredFiles::rename(const std::string& from, const std::string& to) {
  const Result<void> renamed = ForwardingFiles::rename(from, to);
  if (mapped(to) != to) materialise();
  return renamed;
}

Result<void> MirroredFiles::destroy(const std::string& path) {
  const Result<void> destroyed = ForwardingFiles::destroy(path);
  if (mapped(path) != path) materialise();
  return destroyed;
}

FaultPlace::FaultPlace(std::uint64_t seed)
    : disk_({stafett::testing::Fault::none, 0, seed}),
      fault_files_(stafett::testing::fault_files(disk_)),
      files_(*fault_files_, real_.path("keys"), "/disk/log.keys") {}

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
