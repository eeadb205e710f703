#pragma once
// Opening a database beside its writer races with it: between the reader's look at the manifest and
// at the write-ahead log the writer may flush a log away, and the reader would see a gap. So it
// looks whether the file lists moved meanwhile, and starts over. Internal to engine/storage.
//
// Threads: any.

#include <rocksdb/env.h>

#include <functional>
#include <string>

#include "engine/storage/database.h"

namespace stafett::storage {

rocksdb::Env& env_of(const StoreEnvironment* environment);

// Runs `look` until the writer did not flush meanwhile. Errors: look's; io (the writer never
// paused).
Result<void> without_race(rocksdb::Env& env, const std::string& path,
                          const std::function<Result<void>()>& look);

// RocksDB has no code for a lock held elsewhere.
Error open_error(const rocksdb::Status& status);

// RocksDB makes the database's directory but leaves its name to luck.
Result<void> sync_parent(rocksdb::Env& env, const std::string& path);

}  // namespace stafett::storage
