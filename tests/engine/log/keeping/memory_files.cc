#include "tests/engine/log/keeping/memory_files.h"

#include <algorithm>

namespace stafett::log {
namespace {

Error broken() {
  return Error{Errc::io, "the disk fails here"};
}

class MemoryReadFile final : public storage::ReadFile {
 public:
  MemoryReadFile(std::shared_ptr<std::mutex> mutex, std::shared_ptr<MemoryFiles::Inode> inode)
      : mutex_(std::move(mutex)), inode_(std::move(inode)) {}
  Result<Bytes> read_at(std::uint64_t offset, std::size_t bytes) const override {
    const std::lock_guard lock{*mutex_};
    const Bytes& all = inode_->bytes;
    const std::size_t from = std::min<std::size_t>(offset, all.size());
    // Short on purpose: an odd number of bytes at a time.
    const std::size_t count = std::min({bytes, all.size() - from, std::size_t{100'003}});
    const auto start = all.begin() + static_cast<std::ptrdiff_t>(from);
    return Bytes(start, start + static_cast<std::ptrdiff_t>(count));
  }

 private:
  std::shared_ptr<std::mutex> mutex_;
  std::shared_ptr<MemoryFiles::Inode> inode_;
};

class MemoryAppendFile final : public storage::AppendFile {
 public:
  MemoryAppendFile(MemoryFiles& files, std::shared_ptr<MemoryFiles::Inode> inode)
      : files_(files), inode_(std::move(inode)) {}
  Result<void> append(ByteView bytes) override {
    const auto whole = [&] { stafett::append(inode_->bytes, bytes); };
    const auto half = [&] { stafett::append(inode_->bytes, bytes.first(bytes.size() / 2)); };
    if (!files_.step(whole, half)) return broken();
    return {};
  }
  Result<void> sync() override {
    if (!files_.step([&] { inode_->synced = inode_->bytes.size(); })) return broken();
    return {};
  }
  std::uint64_t size() const override { return inode_->bytes.size(); }

 private:
  MemoryFiles& files_;
  std::shared_ptr<MemoryFiles::Inode> inode_;
};

class MemoryLock final : public storage::FileLock {};

}  // namespace

Result<Bytes> MemoryFiles::read(const std::string& path, std::size_t bytes_max) {
  const std::lock_guard lock{*mutex_};
  const auto found = names_.find(path);
  if (found == names_.end()) return Error{Errc::not_found, path};
  if (found->second->bytes.size() > bytes_max) return Error{Errc::too_large, path};
  return found->second->bytes;
}

Result<std::unique_ptr<storage::ReadFile>> MemoryFiles::open_read(const std::string& path) {
  const std::lock_guard lock{*mutex_};
  const auto found = names_.find(path);
  if (found == names_.end()) return Error{Errc::not_found, path};
  return std::unique_ptr<storage::ReadFile>{
      std::make_unique<MemoryReadFile>(mutex_, found->second)};
}

Result<std::unique_ptr<storage::AppendFile>> MemoryFiles::open_append(const std::string& path) {
  if (!names_.contains(path)) {
    const auto create = [&] { names_[path] = std::make_shared<Inode>(); };
    if (!step(create) || !step([&] { durable_names_[path] = names_[path]; })) return broken();
  }
  return std::unique_ptr<storage::AppendFile>{
      std::make_unique<MemoryAppendFile>(*this, names_[path])};
}

Result<void> MemoryFiles::replace(const std::string& path, ByteView bytes) {
  const auto beside = std::make_shared<Inode>();
  const auto write = [&] {
    beside->bytes.assign(bytes.begin(), bytes.end());
    beside->synced = bytes.size();
  };
  if (!step(write)) return broken();
  if (!step([&] { names_[path] = beside; })) return broken();
  if (!step([&] { durable_names_[path] = beside; })) return broken();
  return {};
}

Result<void> MemoryFiles::truncate(const std::string& path, std::uint64_t size) {
  const auto found = names_.find(path);
  if (found == names_.end()) return Error{Errc::not_found, path};
  const auto cut = [&] {
    found->second->bytes.resize(size);
    found->second->synced = size;
  };
  if (!step(cut)) return broken();
  return {};
}

Result<void> MemoryFiles::remove(const std::string& path) {
  if (!names_.contains(path)) return Error{Errc::not_found, path};
  const auto both = [&] {
    names_.erase(path);
    durable_names_.erase(path);
  };
  if (!step(both)) return broken();
  return {};
}

Result<void> MemoryFiles::rename(const std::string& from, const std::string& to) {
  const auto found = names_.find(from);
  if (found == names_.end()) return Error{Errc::not_found, from};
  const auto inode = found->second;
  const auto move = [&](Names& names) {
    names.erase(from);
    names[to] = inode;
  };
  if (!step([&] { move(names_); })) return broken();
  if (!step([&] { move(durable_names_); })) return broken();
  return {};
}

Result<void> MemoryFiles::destroy(const std::string& path) {
  const auto found = names_.find(path);
  if (found == names_.end()) return Error{Errc::not_found, path};
  const auto inode = found->second;
  if (!step([&] { std::ranges::fill(inode->bytes, std::uint8_t{0}); })) return broken();
  return remove(path);
}

Result<void> MemoryFiles::make_directory(const std::string&) {
  if (!step([] {})) return broken();
  return {};
}

Result<bool> MemoryFiles::exists(const std::string& path) {
  return names_.contains(path);
}

Result<std::vector<std::string>> MemoryFiles::list(const std::string& directory) {
  std::vector<std::string> out;
  for (const auto& [path, inode] : names_)
    if (path.starts_with(directory + "/")) out.push_back(path.substr(directory.size() + 1));
  return out;
}

Result<std::unique_ptr<storage::FileLock>> MemoryFiles::lock(const std::string&) {
  return std::unique_ptr<storage::FileLock>{std::make_unique<MemoryLock>()};
}

std::unique_ptr<MemoryFiles> MemoryFiles::after_kill() const {
  auto out = std::make_unique<MemoryFiles>();
  for (const auto& [path, inode] : names_) out->put(path, inode->bytes);
  return out;
}

std::unique_ptr<MemoryFiles> MemoryFiles::after_power_cut(Unsynced unsynced) const {
  auto out = std::make_unique<MemoryFiles>();
  // `kept`: names, too, may have reached the disk without a sync.
  for (const auto& [path, inode] : unsynced == Unsynced::kept ? names_ : durable_names_) {
    const std::size_t open = inode->bytes.size() - inode->synced;
    const std::size_t left = unsynced == Unsynced::lost   ? 0
                             : unsynced == Unsynced::half ? open / 2
                                                          : open;
    out->put(path, Bytes(inode->bytes.begin(),
                         inode->bytes.begin() + static_cast<std::ptrdiff_t>(inode->synced + left)));
  }
  return out;
}

void MemoryFiles::put(const std::string& path, Bytes bytes) {
  const auto inode = std::make_shared<Inode>();
  inode->synced = bytes.size();
  inode->bytes = std::move(bytes);
  names_[path] = inode;
  durable_names_[path] = inode;
}

}  // namespace stafett::log
