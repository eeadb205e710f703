#pragma once
// Files on a FaultDisk: the same promises as posix_files(), kept by the same operations.

#include <memory>

#include "engine/storage/files.h"
#include "tests/support/fault_disk.h"

namespace stafett::testing {

// Lifetime: `disk` outlives it and everything it opened.
std::unique_ptr<storage::Files> fault_files(FaultDisk& disk);

}  // namespace stafett::testing
