#pragma once
// A log on a FaultDisk, all of it: database, guard, key table and key files share one power cut.
//
// Key files are read past the Files seam (they must be a real user's own), so they have a copy on
// the real disk, which follows what the FaultDisk holds.

#include "tests/engine/log/test_log.h"
#include "tests/support/fault_files.h"
#include "tests/support/forwarding_files.h"

namespace stafett::log::testing {

class MirroredFiles final : public stafett::testing::ForwardingFiles {
 public:
  // What lies under `real` is kept under `on_disk` on `disk`, and copied to `real`.
  MirroredFiles(storage::Files& disk, std::string real, std::string on_disk);
  void materialise();  // after a power cut: the real copy becomes what survived

  std::string mapped(const std::string& path) const override;  // where it is on `disk`
  Result<void> replace(const std::string& path, ByteView bytes) override;
  Result<void> rename(const std::string& from, const std::string& to) override;
  Result<void> destroy(const std::string& path) override;

 private:
  void copy_down(const std::string& directory, const std::string& to);

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
  std::unique_ptr<storage::Files> fault_files_;
  mutable MirroredFiles files_;
};

}  // namespace stafett::log::testing
