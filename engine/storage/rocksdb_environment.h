#pragma once
// The database on another file system than the real disk: for fault tests, which implement
// rocksdb::FileSystem. The only public header here that names RocksDB.

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <memory>

namespace stafett::storage {

struct StoreEnvironment {
  std::unique_ptr<rocksdb::Env> env;
};

std::shared_ptr<StoreEnvironment> make_environment(
    const std::shared_ptr<rocksdb::FileSystem>& file_system);

}  // namespace stafett::storage
