#pragma once
// The database on another file system than the real disk: for fault tests, which bring a
// rocksdb::Env of their own. The only public header here that names RocksDB.

#include <rocksdb/env.h>

#include <memory>

namespace stafett::storage {

struct StoreEnvironment {
  std::unique_ptr<rocksdb::Env> env;
};

}  // namespace stafett::storage
