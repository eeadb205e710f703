#include "tools/input_lines.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace stafett::tools {

Result<InputLines> InputLines::open(const std::string& path) {
  if (path.empty() || path == "-") return InputLines{STDIN_FILENO};
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor >= 0) return InputLines{descriptor};
  return Error{errno == ENOENT ? Errc::not_found : Errc::io, path + ": " + std::strerror(errno)};
}

InputLines::InputLines(InputLines&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), buffer_(std::move(other.buffer_)) {}

InputLines::~InputLines() {
  if (descriptor_ > STDIN_FILENO) ::close(descriptor_);
}

std::optional<InputLines::Line> InputLines::take() {
  const std::size_t end = buffer_.find('\n', searched_);
  if (end == std::string::npos) {
    searched_ = buffer_.size();
    if (searched_ - start_ <= kLineBytesMax) return std::nullopt;
    skipping_ = true;
    buffer_.clear();
    start_ = searched_ = 0;
    return std::nullopt;
  }
  Line line{skipping_ ? std::string{} : buffer_.substr(start_, end - start_), skipping_};
  skipping_ = false;
  start_ = searched_ = end + 1;
  return line;
}

std::optional<InputLines::Line> InputLines::last() {
  if (!skipping_ && start_ == buffer_.size()) return std::nullopt;
  Line line{buffer_.substr(start_), skipping_};
  start_ = buffer_.size();
  skipping_ = false;
  return line;
}

bool InputLines::ready() const {
  pollfd waiting{descriptor_, POLLIN, 0};
  return ::poll(&waiting, 1, 0) == 1;
}

Result<void> InputLines::fill() {
  buffer_.erase(0, start_);
  searched_ -= start_;
  start_ = 0;
  constexpr std::size_t kReadBytes = 64 * 1024;
  const std::size_t before = buffer_.size();
  buffer_.resize(before + kReadBytes);
  ssize_t got = 0;
  do got = ::read(descriptor_, buffer_.data() + before, kReadBytes);
  while (got < 0 && errno == EINTR);
  buffer_.resize(before + (got > 0 ? static_cast<std::size_t>(got) : 0));
  if (got < 0) return Error{Errc::io, std::string{"input: "} + std::strerror(errno)};
  ended_ = got == 0;
  return {};
}

}  // namespace stafett::tools
