#include "engine/storage/rocksdb_environment.h"

namespace stafett::storage {

std::shared_ptr<StoreEnvironment> make_environment(
    const std::shared_ptr<rocksdb::FileSystem>& file_system) {
  return std::make_shared<StoreEnvironment>(
      StoreEnvironment{rocksdb::NewCompositeEnv(file_system)});
}

}  // namespace stafett::storage
