#include "tools/foreign_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace stafett::tools {
namespace {

class Descriptor final {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  const int fd_;
};

Error os_error() {
  return Error{Errc::io, std::generic_category().message(errno)};
}

}  // namespace

Result<std::string> read_foreign_file(const std::string& path, std::size_t bytes_max) {
  const Descriptor file{::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)};
  if (file.get() < 0 && errno == ELOOP) return Error{Errc::refused, "a link is not followed"};
  if (file.get() < 0) return os_error();
  struct stat info {};
  if (::fstat(file.get(), &info) != 0) return os_error();
  if (!S_ISREG(info.st_mode)) return Error{Errc::refused, "not a file"};
  // By what is read, not by what its length was.
  std::string text(bytes_max + 1, '\0');
  std::size_t have = 0;
  while (have < text.size()) {
    const ::ssize_t got = ::read(file.get(), text.data() + have, text.size() - have);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return os_error();
    if (got == 0) break;
    have += static_cast<std::size_t>(got);
  }
  if (have > bytes_max) return Error{Errc::too_large, "larger than it may be"};
  text.resize(have);
  return text;
}

}  // namespace stafett::tools
