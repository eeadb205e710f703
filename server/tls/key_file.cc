#include "server/tls/key_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace stafett::server {

Result<void> look_at_key_file(const std::string& path) {
  struct stat found {};
  if (stat(path.c_str(), &found) != 0)
    return Error{errno == ENOENT ? Errc::not_found : Errc::io, path + " cannot be read"};
  if (!S_ISREG(found.st_mode)) return Error{Errc::refused, path + " is no plain file"};
  if (found.st_uid != geteuid() && found.st_uid != 0)
    return Error{Errc::refused, path + " belongs to another user"};
  if ((found.st_mode & (S_IWGRP | S_IRWXO)) != 0)
    return Error{Errc::refused, path + " is open to others: mode 0640 or narrower"};
  return {};
}

}  // namespace stafett::server
