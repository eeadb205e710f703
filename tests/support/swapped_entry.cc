#include "tests/support/swapped_entry.h"

#include <rocksdb/db.h>

#include <memory>
#include <vector>

#include "engine/base/check.h"
#include "engine/storage/columns.h"

namespace stafett::testing {

namespace {

std::string swap_row(const std::string& path, storage::Column column, ByteView key_bytes,
                     const std::string& row) {
  std::vector<std::string> names;
  CHECK(rocksdb::DB::ListColumnFamilies({}, path, &names).ok());
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  for (const std::string& name : names) families.emplace_back(name, rocksdb::ColumnFamilyOptions{});
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* opened = nullptr;
  CHECK(rocksdb::DB::Open({}, path, families, &handles, &opened).ok());
  const std::unique_ptr<rocksdb::DB> db{opened};
  const std::string key{as_text(key_bytes)};
  std::string before;
  for (rocksdb::ColumnFamilyHandle* handle : handles) {
    if (handle->GetName() == storage::column_name(column)) {
      (void)db->Get({}, handle, key, &before);
      CHECK((row.empty() ? db->Delete({}, handle, key) : db->Put({}, handle, key, row)).ok());
    }
    db->DestroyColumnFamilyHandle(handle);
  }
  return before;
}

}  // namespace

std::string swap_entry(const std::string& path, Position position, const std::string& entry) {
  return swap_row(path, storage::Column::entries, storage::position_key(position), entry);
}

std::string swap_part(const std::string& path, Position position, std::uint8_t part_class,
                      const std::string& sealed) {
  return swap_row(path, storage::Column::parts, storage::part_key(position, part_class), sealed);
}

}  // namespace stafett::testing
