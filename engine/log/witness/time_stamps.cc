#include "engine/log/witness/time_stamps.h"

#include "engine/crypto/sha256.h"
#include "engine/log/witness/sized_files.h"

namespace stafett::log {

std::string time_stamps_directory(const std::string& database) {
  return database + ".timestamps";
}

Hash time_stamp_imprint(const std::string& origin, const transparency::TreeHead& head) {
  return crypto::sha256(as_bytes(transparency::format_checkpoint({origin, head})));
}

Result<std::vector<TreeSize>> TimeStamps::sizes() const {
  return sized_files(files_, directory_);
}

Result<Bytes> TimeStamps::at(TreeSize size) const {
  return files_.read(directory_ + "/" + sized_name(size), crypto::kTimeStampBytesMax);
}

Result<void> TimeStamps::put(TreeSize size, ByteView response) {
  const std::string path = directory_ + "/" + sized_name(size);
  ENGINE_TRY_VOID(files_.make_directory(directory_));
  ENGINE_TRY(there, files_.exists(path));
  if (there) return Error{Errc::conflict, "this size is stamped already"};
  return files_.replace(path, response);
}

}  // namespace stafett::log
