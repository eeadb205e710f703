#include "tests/support/swapped_entry.h"

#include <rocksdb/db.h>

#include <memory>
#include <vector>

#include "engine/base/check.h"
#include "engine/storage/columns.h"

namespace stafett::testing {

std::string swap_entry(const std::string& path, Position position, const std::string& entry) {
  std::vector<std::string> names;
  CHECK(rocksdb::DB::ListColumnFamilies({}, path, &names).ok());
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  for (const std::string& name : names) families.emplace_back(name, rocksdb::ColumnFamilyOptions{});
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* opened = nullptr;
  CHECK(rocksdb::DB::Open({}, path, families, &handles, &opened).ok());
  const std::unique_ptr<rocksdb::DB> db{opened};
  const auto key_bytes = storage::position_key(position);
  const std::string key{as_text(key_bytes)};
  std::string before;
  for (rocksdb::ColumnFamilyHandle* handle : handles) {
    if (handle->GetName() == storage::column_name(storage::Column::entries)) {
      (void)db->Get({}, handle, key, &before);
      CHECK((entry.empty() ? db->Delete({}, handle, key) : db->Put({}, handle, key, entry)).ok());
    }
    db->DestroyColumnFamilyHandle(handle);
  }
  return before;
}

}  // namespace stafett::testing
