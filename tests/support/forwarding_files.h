#pragma once
// ForwardingFiles: Files that hands every operation on to another, at the path that mapped() gives.
// A test overrides what it wants otherwise.
// Lifetime: `to` outlives it and everything it opened.

#include <string>
#include <vector>

#include "engine/storage/files.h"

namespace stafett::testing {

class ForwardingFiles : public storage::Files {
 public:
  explicit ForwardingFiles(storage::Files& to) : to_(to) {}
  virtual std::string mapped(const std::string& path) const { return path; }

  Result<Bytes> read(const std::string& path, std::size_t bytes_max) override {
    return to_.read(mapped(path), bytes_max);
  }
  Result<std::unique_ptr<storage::ReadFile>> open_read(const std::string& path) override {
    return to_.open_read(mapped(path));
  }
  Result<std::unique_ptr<storage::AppendFile>> open_append(const std::string& path) override {
    return to_.open_append(mapped(path));
  }
  Result<void> replace(const std::string& path, ByteView bytes) override {
    return to_.replace(mapped(path), bytes);
  }
  Result<void> truncate(const std::string& path, std::uint64_t size) override {
    return to_.truncate(mapped(path), size);
  }
  Result<void> remove(const std::string& path) override { return to_.remove(mapped(path)); }
  Result<void> rename(const std::string& from, const std::string& to) override {
    return to_.rename(mapped(from), mapped(to));
  }
  Result<void> destroy(const std::string& path) override { return to_.destroy(mapped(path)); }
  Result<void> make_directory(const std::string& path) override {
    return to_.make_directory(mapped(path));
  }
  Result<bool> exists(const std::string& path) override { return to_.exists(mapped(path)); }
  Result<std::vector<std::string>> list(const std::string& directory) override {
    return to_.list(mapped(directory));
  }
  Result<std::unique_ptr<storage::FileLock>> lock(const std::string& path) override {
    return to_.lock(mapped(path));
  }

 private:
  storage::Files& to_;
};

}  // namespace stafett::testing
