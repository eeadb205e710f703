#pragma once
// Files: the seam through which everything that is not RocksDB's own touches the disk (guard, key
// table, key files, lock), so that a test can fail or cut power at any operation.
//
// Source:  POSIX; durability of a name needs a sync of its directory, which replace() does.
// Threads: Files from any thread; an AppendFile or ReadFile by one thread at a time.
// Errors:  not_found (no such file), locked (lock held elsewhere), io (everything else, with
// errno).

#include <memory>
#include <string>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/base/result.h"

namespace stafett::storage {

class AppendFile {
 public:
  virtual ~AppendFile() = default;
  virtual Result<void> append(ByteView bytes) = 0;  // buffered by the operating system only
  virtual Result<void> sync() = 0;                  // data and size are on disk when it returns ok
  virtual std::uint64_t size() const = 0;
};

class ReadFile {
 public:
  virtual ~ReadFile() = default;
  virtual Result<Bytes> read_at(std::uint64_t offset, std::size_t bytes) const = 0;  // may be short
};

class FileLock {
 public:
  virtual ~FileLock() = default;  // releases
};

class Files {
 public:
  virtual ~Files() = default;
  // `bytes_max`: too_large beyond it, so that no file makes us allocate what we did not plan for.
  virtual Result<Bytes> read(const std::string& path, std::size_t bytes_max) = 0;
  virtual Result<std::unique_ptr<ReadFile>> open_read(const std::string& path) = 0;
  // Creates with mode 0600 when absent (its name is synced); appends at the end otherwise.
  virtual Result<std::unique_ptr<AppendFile>> open_append(const std::string& path) = 0;
  // Whole or not at all: writes beside, syncs, renames over, syncs the directory. Mode 0600.
  virtual Result<void> replace(const std::string& path, ByteView bytes) = 0;
  virtual Result<void> truncate(const std::string& path, std::uint64_t size) = 0;  // synced
  virtual Result<void> remove(const std::string& path) = 0;  // name synced away
  // Within one directory; replaces what is there; synced.
  virtual Result<void> rename(const std::string& from, const std::string& to) = 0;
  // Overwrites the file where it lies, syncs, and removes it. What a file system or a disk keeps of
  // a block that is written anew is beyond its reach.
  virtual Result<void> destroy(const std::string& path) = 0;
  virtual Result<void> make_directory(const std::string& path) = 0;  // 0700; ok when it exists
  virtual Result<bool> exists(const std::string& path) = 0;
  virtual Result<std::vector<std::string>> list(const std::string& directory) = 0;  // names, sorted
  virtual Result<std::unique_ptr<FileLock>> lock(
      const std::string& path) = 0;  // exclusive, at once
};

// The real disk. Lives as long as the process.
Files& posix_files();

}  // namespace stafett::storage
