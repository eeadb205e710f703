#pragma once
// Files on a FaultDisk: the same promises as posix_files(), kept by the same operations.
// Lifetime: `disk` outlives it and everything it opened.

#include "engine/storage/files.h"
#include "tests/support/fault_disk.h"

namespace stafett::testing {

class FaultFiles final : public storage::Files {
 public:
  explicit FaultFiles(FaultDisk& disk) : disk_(disk) {}
  Result<Bytes> read(const std::string& path, std::size_t bytes_max) override;
  Result<std::unique_ptr<storage::ReadFile>> open_read(const std::string& path) override;
  Result<std::unique_ptr<storage::AppendFile>> open_append(const std::string& path) override;
  Result<void> replace(const std::string& path, ByteView bytes) override;
  Result<void> truncate(const std::string& path, std::uint64_t size) override;
  Result<void> remove(const std::string& path) override;
  Result<void> make_directory(const std::string& path) override;
  Result<bool> exists(const std::string& path) override;
  Result<std::vector<std::string>> list(const std::string& directory) override;
  Result<std::unique_ptr<storage::FileLock>> lock(const std::string& path) override;

 private:
  FaultDisk& disk_;
};

}  // namespace stafett::testing
