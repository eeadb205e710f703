#pragma once
// RocksDB's Status becomes ours here and nowhere else. Internal to engine/storage.

#include <rocksdb/slice.h>
#include <rocksdb/status.h>

#include "engine/base/bytes.h"
#include "engine/base/result.h"

namespace stafett::storage {

// ok, or corrupt when RocksDB says so, else `otherwise`.
Result<void> from_status(const rocksdb::Status& status, Errc otherwise);
Error to_error(const rocksdb::Status& status, Errc otherwise);  // REQUIRES: !status.ok()

inline rocksdb::Slice to_slice(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
inline ByteView to_view(const rocksdb::Slice& slice) {
  return {reinterpret_cast<const std::uint8_t*>(slice.data()), slice.size()};
}
inline Bytes to_bytes(ByteView view) {
  return {view.begin(), view.end()};
}

}  // namespace stafett::storage
