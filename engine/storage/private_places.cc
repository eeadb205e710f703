#include "engine/storage/private_places.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace stafett::storage {
namespace {

Error os_error(const std::string& path) {
  const int code = errno;
  return Error{Errc::io, path + ": " + std::generic_category().message(code)};
}

}  // namespace

Result<void> make_new_file(const std::string& path) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0) return os_error(path);
  ::close(fd);
  return {};
}

Result<std::string> make_new_folder(const std::string& before) {
  std::string path = before + "XXXXXX";
  if (::mkdtemp(path.data()) == nullptr) return os_error(path);
  return path;
}

}  // namespace stafett::storage
