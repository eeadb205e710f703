#pragma once
// A log on a FaultDisk, all of it: database, guard, key table and key files share one power cut.
//
// Key files are read past the Files seam (they must be a real user's own), so they have a copy on
// the real disk, which follows what the FaultDisk holds.

#include "tests/engine/log/test_log.h"
#include "tests/support/fault_files.h"

namespace stafett::log::testing {

class MirroredFiles final : public storage::Files {
 public:
  // What lies under `real` is kept under `on_disk` on the FaultDisk, and copied to `real`.
  MirroredFiles(stafett::testing::FaultDisk& disk, std::string real, std::string on_disk);
  void materialise();  // after a power cut: the real copy becomes what survived

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

  std::string mapped(const std::string& path) const;  // where it is on the FaultDisk

 private:
  void copy_down(const std::string& directory, const std::string& to);

  stafett::testing::FaultFiles files_;
  const std::string real_;
  const std::string on_disk_;
};

// One disk and the log on it, through faults and power cuts.
class FaultPlace final {
 public:
  explicit FaultPlace(std::uint64_t seed);
  stafett::testing::FaultDisk& disk() { return disk_; }
  Place place() const;
  // The power goes and comes back. REQUIRES: no log is open.
  void power_cycle();
  void remove(const std::string& path);  // with everything in it

 private:
  stafett::testing::TemporaryDirectory real_;
  stafett::testing::FaultDisk disk_;
  mutable MirroredFiles files_;
};

}  // namespace stafett::log::testing
