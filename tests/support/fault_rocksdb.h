#pragma once
// A log's database on a FaultDisk: StoreOptions::environment for fault tests.
// Lifetime: `disk` outlives every store opened with it.

#include "engine/storage/store.h"
#include "tests/support/fault_disk.h"

namespace stafett::testing {

std::shared_ptr<storage::StoreEnvironment> fault_environment(FaultDisk& disk);

}  // namespace stafett::testing
