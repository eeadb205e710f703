#include "tests/support/fault_rocksdb.h"

#include <rocksdb/file_system.h>
#include <rocksdb/system_clock.h>

#include <cstring>

#include "engine/storage/rocksdb_environment.h"

namespace stafett::testing {
namespace {

using rocksdb::FileOptions;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;

IOStatus to_status(Outcome outcome, const std::string& path) {
  switch (outcome) {
    case Outcome::ok:
      return IOStatus::OK();
    case Outcome::missing:
      return IOStatus::PathNotFound(path, "no such file");
    case Outcome::locked:
      return IOStatus::IOError("While lock file: " + path, "held");
    case Outcome::full:
      return IOStatus::NoSpace(path, "no space left");
    case Outcome::exists:
      return IOStatus::IOError(path, "exists");
    case Outcome::failed:
      break;
  }
  return IOStatus::IOError(path, "input/output error");
}

class NullLogger final : public rocksdb::Logger {
 public:
  using rocksdb::Logger::Logv;
  void Logv(const char*, va_list) override {}
  std::size_t GetLogFileSize() const override { return 0; }
};

class WritableFile final : public rocksdb::FSWritableFile {
 public:
  WritableFile(FaultDisk& disk, FaultDisk::Handle handle)
      : disk_(disk), handle_(std::move(handle)) {}
  using rocksdb::FSWritableFile::Append;
  IOStatus Append(const rocksdb::Slice& data, const IOOptions&, IODebugContext*) override {
    const ByteView bytes{reinterpret_cast<const std::uint8_t*>(data.data()), data.size()};
    return to_status(disk_.write(handle_, bytes), "append");
  }
  IOStatus Truncate(std::uint64_t size, const IOOptions&, IODebugContext*) override {
    if (size == disk_.size(handle_)) return IOStatus::OK();
    return to_status(disk_.truncate(handle_, size), "truncate");
  }
  IOStatus Close(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }
  IOStatus Flush(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }
  IOStatus Sync(const IOOptions&, IODebugContext*) override {
    return to_status(disk_.sync(handle_), "sync");
  }
  std::uint64_t GetFileSize(const IOOptions&, IODebugContext*) override {
    return disk_.size(handle_);
  }

 private:
  FaultDisk& disk_;
  const FaultDisk::Handle handle_;
};

IOStatus read_into(const FaultDisk& disk, const FaultDisk::Handle& handle, std::uint64_t offset,
                   std::size_t bytes, rocksdb::Slice* result, char* scratch) {
  Bytes out;
  const Outcome outcome = disk.read(handle, offset, bytes, out);
  if (!out.empty()) std::memcpy(scratch, out.data(), out.size());
  *result = rocksdb::Slice(scratch, out.size());
  return to_status(outcome, "read");
}

class RandomAccessFile final : public rocksdb::FSRandomAccessFile {
 public:
  RandomAccessFile(FaultDisk& disk, FaultDisk::Handle handle)
      : disk_(disk), handle_(std::move(handle)) {}
  IOStatus Read(std::uint64_t offset, std::size_t bytes, const IOOptions&, rocksdb::Slice* result,
                char* scratch, IODebugContext*) const override {
    return read_into(disk_, handle_, offset, bytes, result, scratch);
  }

 private:
  FaultDisk& disk_;
  const FaultDisk::Handle handle_;
};

class SequentialFile final : public rocksdb::FSSequentialFile {
 public:
  SequentialFile(FaultDisk& disk, FaultDisk::Handle handle)
      : disk_(disk), handle_(std::move(handle)) {}
  IOStatus Read(std::size_t bytes, const IOOptions&, rocksdb::Slice* result, char* scratch,
                IODebugContext*) override {
    const IOStatus read = read_into(disk_, handle_, at_, bytes, result, scratch);
    at_ += result->size();
    return read;
  }
  IOStatus Skip(std::uint64_t bytes) override {
    at_ += bytes;
    return IOStatus::OK();
  }

 private:
  FaultDisk& disk_;
  const FaultDisk::Handle handle_;
  std::uint64_t at_ = 0;
};

class Directory final : public rocksdb::FSDirectory {
 public:
  Directory(FaultDisk& disk, std::string path) : disk_(disk), path_(std::move(path)) {}
  IOStatus Fsync(const IOOptions&, IODebugContext*) override {
    return to_status(disk_.sync_directory(path_), path_);
  }
  IOStatus Close(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }

 private:
  FaultDisk& disk_;
  const std::string path_;
};

struct Lock final : public rocksdb::FileLock {
  explicit Lock(std::string p) : path(std::move(p)) {}
  const std::string path;
};

class FileSystem final : public rocksdb::FileSystem {
 public:
  explicit FileSystem(FaultDisk& disk) : disk_(disk) {}
  const char* Name() const override { return "FaultFileSystem"; }

  IOStatus NewSequentialFile(const std::string& path, const FileOptions&,
                             std::unique_ptr<rocksdb::FSSequentialFile>* result,
                             IODebugContext*) override {
    return open<SequentialFile>(path, result);
  }
  IOStatus NewRandomAccessFile(const std::string& path, const FileOptions&,
                               std::unique_ptr<rocksdb::FSRandomAccessFile>* result,
                               IODebugContext*) override {
    return open<RandomAccessFile>(path, result);
  }
  IOStatus NewWritableFile(const std::string& path, const FileOptions&,
                           std::unique_ptr<rocksdb::FSWritableFile>* result,
                           IODebugContext*) override {
    FaultDisk::Handle handle;
    const Outcome outcome = disk_.create(path, true, handle);
    if (outcome == Outcome::ok) *result = std::make_unique<WritableFile>(disk_, handle);
    return to_status(outcome, path);
  }
  IOStatus ReopenWritableFile(const std::string& path, const FileOptions&,
                              std::unique_ptr<rocksdb::FSWritableFile>* result,
                              IODebugContext*) override {
    return open<WritableFile>(path, result);
  }
  IOStatus NewDirectory(const std::string& path, const IOOptions&,
                        std::unique_ptr<rocksdb::FSDirectory>* result, IODebugContext*) override {
    bool is_directory = false;
    const Outcome outcome = disk_.stat(path, is_directory);
    if (outcome == Outcome::ok) *result = std::make_unique<Directory>(disk_, path);
    return to_status(outcome, path);
  }
  IOStatus FileExists(const std::string& path, const IOOptions&, IODebugContext*) override {
    bool is_directory = false;
    const Outcome outcome = disk_.stat(path, is_directory);
    return outcome == Outcome::missing ? IOStatus::NotFound(path) : to_status(outcome, path);
  }
  IOStatus GetChildren(const std::string& path, const IOOptions&, std::vector<std::string>* names,
                       IODebugContext*) override {
    names->clear();
    return to_status(disk_.list(path, *names), path);
  }
  IOStatus DeleteFile(const std::string& path, const IOOptions&, IODebugContext*) override {
    return to_status(disk_.remove(path), path);
  }
  IOStatus CreateDir(const std::string& path, const IOOptions&, IODebugContext*) override {
    return to_status(disk_.make_directory(path), path);
  }
  IOStatus CreateDirIfMissing(const std::string& path, const IOOptions&, IODebugContext*) override {
    const Outcome outcome = disk_.make_directory(path);
    return to_status(outcome == Outcome::exists ? Outcome::ok : outcome, path);
  }
  IOStatus DeleteDir(const std::string& path, const IOOptions&, IODebugContext*) override {
    return to_status(disk_.remove(path), path);
  }
  IOStatus GetFileSize(const std::string& path, const IOOptions&, std::uint64_t* size,
                       IODebugContext*) override {
    FaultDisk::Handle handle;
    const Outcome outcome = disk_.open(path, handle);
    if (outcome == Outcome::ok) *size = disk_.size(handle);
    return to_status(outcome, path);
  }
  IOStatus GetFileModificationTime(const std::string&, const IOOptions&, std::uint64_t* time,
                                   IODebugContext*) override {
    *time = 0;
    return IOStatus::OK();
  }
  IOStatus RenameFile(const std::string& from, const std::string& to, const IOOptions&,
                      IODebugContext*) override {
    return to_status(disk_.rename(from, to), from);
  }
  IOStatus LinkFile(const std::string& from, const std::string& to, const IOOptions&,
                    IODebugContext*) override {
    return to_status(disk_.link(from, to), from);
  }
  IOStatus LockFile(const std::string& path, const IOOptions&, rocksdb::FileLock** lock,
                    IODebugContext*) override {
    const Outcome outcome = disk_.lock(path);
    *lock = outcome == Outcome::ok ? std::make_unique<Lock>(path).release() : nullptr;
    return to_status(outcome, path);
  }
  IOStatus UnlockFile(rocksdb::FileLock* lock, const IOOptions&, IODebugContext*) override {
    const std::unique_ptr<Lock> held{static_cast<Lock*>(lock)};
    disk_.unlock(held->path);
    return IOStatus::OK();
  }
  IOStatus GetTestDirectory(const IOOptions&, std::string* path, IODebugContext*) override {
    *path = "/disk";
    return IOStatus::OK();
  }
  IOStatus GetAbsolutePath(const std::string& path, const IOOptions&, std::string* out,
                           IODebugContext*) override {
    *out = path;
    return IOStatus::OK();
  }
  IOStatus IsDirectory(const std::string& path, const IOOptions&, bool* is_directory,
                       IODebugContext*) override {
    return to_status(disk_.stat(path, *is_directory), path);
  }
  // RocksDB's own log is no data: left out, so that it does not shift the operations' numbers.
  IOStatus NewLogger(const std::string&, const IOOptions&, std::shared_ptr<rocksdb::Logger>* result,
                     IODebugContext*) override {
    *result = std::make_shared<NullLogger>();
    return IOStatus::OK();
  }

 private:
  template <class File, class Base>
  IOStatus open(const std::string& path, std::unique_ptr<Base>* result) {
    FaultDisk::Handle handle;
    const Outcome outcome = disk_.open(path, handle);
    if (outcome == Outcome::ok) *result = std::make_unique<File>(disk_, handle);
    return to_status(outcome, path);
  }
  FaultDisk& disk_;
};

// RocksDB sleeps a second after each failed flush: time that a test has no use for.
class Sleepless final : public rocksdb::SystemClockWrapper {
 public:
  using rocksdb::SystemClockWrapper::SystemClockWrapper;
  const char* Name() const override { return "Sleepless"; }
  void SleepForMicroseconds(int) override {}
};

class FaultEnv final : public rocksdb::EnvWrapper {
 public:
  explicit FaultEnv(const std::shared_ptr<rocksdb::FileSystem>& file_system)
      : rocksdb::EnvWrapper(rocksdb::NewCompositeEnv(file_system)) {
    file_system_ = file_system;
    system_clock_ = std::make_shared<Sleepless>(rocksdb::SystemClock::Default());
  }
  const char* Name() const override { return "FaultEnv"; }
};

}  // namespace

std::shared_ptr<storage::StoreEnvironment> fault_environment(FaultDisk& disk) {
  return std::make_shared<storage::StoreEnvironment>(
      storage::StoreEnvironment{std::make_unique<FaultEnv>(std::make_shared<FileSystem>(disk))});
}

}  // namespace stafett::testing
