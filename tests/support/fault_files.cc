#include "tests/support/fault_files.h"

namespace stafett::testing {
namespace {

using storage::AppendFile;
using storage::FileLock;
using storage::ReadFile;

Result<void> to_result(Outcome outcome, const std::string& path) {
  switch (outcome) {
    case Outcome::ok:
      return {};
    case Outcome::missing:
      return Error{Errc::not_found, path + ": no such file"};
    case Outcome::locked:
      return Error{Errc::locked, path + ": locked"};
    case Outcome::full:
      return Error{Errc::io, path + ": no space left"};
    case Outcome::exists:
    case Outcome::failed:
      break;
  }
  return Error{Errc::io, path + ": input/output error"};
}

class FaultAppendFile final : public AppendFile {
 public:
  FaultAppendFile(FaultDisk& disk, FaultDisk::Handle handle)
      : disk_(disk), handle_(std::move(handle)) {}
  Result<void> append(ByteView bytes) override {
    return to_result(disk_.write(handle_, bytes), "append");
  }
  Result<void> sync() override { return to_result(disk_.sync(handle_), "sync"); }
  std::uint64_t size() const override { return disk_.size(handle_); }

 private:
  FaultDisk& disk_;
  const FaultDisk::Handle handle_;
};

class FaultReadFile final : public ReadFile {
 public:
  FaultReadFile(FaultDisk& disk, FaultDisk::Handle handle)
      : disk_(disk), handle_(std::move(handle)) {}
  Result<Bytes> read_at(std::uint64_t offset, std::size_t bytes) const override {
    Bytes out;
    ENGINE_TRY_VOID(to_result(disk_.read(handle_, offset, bytes, out), "read"));
    return out;
  }

 private:
  FaultDisk& disk_;
  const FaultDisk::Handle handle_;
};

class FaultFileLock final : public FileLock {
 public:
  FaultFileLock(FaultDisk& disk, std::string path) : disk_(disk), path_(std::move(path)) {}
  ~FaultFileLock() override { disk_.unlock(path_); }

 private:
  FaultDisk& disk_;
  const std::string path_;
};

class FaultFiles final : public storage::Files {
 public:
  explicit FaultFiles(FaultDisk& disk) : disk_(disk) {}

  Result<Bytes> read(const std::string& path, std::size_t bytes_max) override {
    FaultDisk::Handle handle;
    ENGINE_TRY_VOID(to_result(disk_.open(path, handle), path));
    const std::uint64_t size = disk_.size(handle);
    if (size > bytes_max) return Error{Errc::too_large, path + " is larger than it may be"};
    Bytes out;
    ENGINE_TRY_VOID(to_result(disk_.read(handle, 0, static_cast<std::size_t>(size), out), path));
    return out;
  }

  Result<std::unique_ptr<ReadFile>> open_read(const std::string& path) override {
    FaultDisk::Handle handle;
    ENGINE_TRY_VOID(to_result(disk_.open(path, handle), path));
    return std::unique_ptr<ReadFile>{std::make_unique<FaultReadFile>(disk_, handle)};
  }

  Result<std::unique_ptr<AppendFile>> open_append(const std::string& path) override {
    FaultDisk::Handle handle;
    ENGINE_TRY_VOID(to_result(disk_.create(path, false, handle), path));
    ENGINE_TRY_VOID(to_result(disk_.sync_directory(parent_of(path)), path));
    return std::unique_ptr<AppendFile>{std::make_unique<FaultAppendFile>(disk_, handle)};
  }

  Result<void> replace(const std::string& path, ByteView bytes) override {
    const std::string beside = path + ".new";
    FaultDisk::Handle handle;
    ENGINE_TRY_VOID(to_result(disk_.create(beside, true, handle), beside));
    ENGINE_TRY_VOID(to_result(disk_.write(handle, bytes), beside));
    ENGINE_TRY_VOID(to_result(disk_.sync(handle), beside));
    ENGINE_TRY_VOID(to_result(disk_.rename(beside, path), path));
    return to_result(disk_.sync_directory(parent_of(path)), path);
  }

  Result<void> truncate(const std::string& path, std::uint64_t size) override {
    FaultDisk::Handle handle;
    ENGINE_TRY_VOID(to_result(disk_.open(path, handle), path));
    ENGINE_TRY_VOID(to_result(disk_.truncate(handle, size), path));
    return to_result(disk_.sync(handle), path);
  }

  Result<void> remove(const std::string& path) override {
    ENGINE_TRY_VOID(to_result(disk_.remove(path), path));
    return to_result(disk_.sync_directory(parent_of(path)), path);
  }

  Result<void> rename(const std::string& from, const std::string& to) override {
    ENGINE_TRY_VOID(to_result(disk_.rename(from, to), from));
    return to_result(disk_.sync_directory(parent_of(to)), to);
  }

  // In place: this disk knows no writing over, so the bytes are cut off.
  Result<void> destroy(const std::string& path) override {
    ENGINE_TRY_VOID(truncate(path, 0));
    return remove(path);
  }

  Result<void> make_directory(const std::string& path) override {
    const Outcome made = disk_.make_directory(path);
    if (made != Outcome::exists) ENGINE_TRY_VOID(to_result(made, path));
    return to_result(disk_.sync_directory(parent_of(path)), path);
  }

  Result<bool> exists(const std::string& path) override {
    bool is_directory = false;
    const Outcome found = disk_.stat(path, is_directory);
    if (found == Outcome::missing) return false;
    ENGINE_TRY_VOID(to_result(found, path));
    return true;
  }

  Result<std::vector<std::string>> list(const std::string& directory) override {
    std::vector<std::string> names;
    ENGINE_TRY_VOID(to_result(disk_.list(directory, names), directory));
    return names;
  }

  Result<std::unique_ptr<FileLock>> lock(const std::string& path) override {
    ENGINE_TRY_VOID(to_result(disk_.lock(path), path));
    return std::unique_ptr<FileLock>{std::make_unique<FaultFileLock>(disk_, path)};
  }

 private:
  FaultDisk& disk_;
};

}  // namespace

std::unique_ptr<storage::Files> fault_files(FaultDisk& disk) {
  return std::make_unique<FaultFiles>(disk);
}

}  // namespace stafett::testing
