#include "engine/storage/status.h"

#include "engine/base/check.h"

namespace stafett::storage {

Error to_error(const rocksdb::Status& status, Errc otherwise) {
  CHECK(!status.ok());
  return Error{status.IsCorruption() ? Errc::corrupt : otherwise, status.ToString()};
}

Result<void> from_status(const rocksdb::Status& status, Errc otherwise) {
  if (status.ok()) return {};
  return to_error(status, otherwise);
}

}  // namespace stafett::storage
