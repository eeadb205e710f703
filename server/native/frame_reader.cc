#include "server/native/frame_reader.h"

#include <algorithm>
#include <cstring>

#include "engine/base/check.h"

namespace stafett::server::native {
namespace {

constexpr std::size_t kLength = sizeof(std::uint32_t);

std::size_t length_at(const std::uint8_t* at) {
  return at[0] | std::size_t{at[1]} << 8 | std::size_t{at[2]} << 16 | std::size_t{at[3]} << 24;
}

}  // namespace

std::span<std::uint8_t> FrameReader::prepare() {
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  // Towards what has been told to come, but not at once: memory is for bytes that are here.
  std::size_t wanted = read_bytes_;
  if (end_ >= kLength)
    wanted = std::min(kLength + length_at(buffer_.data()), std::max(read_bytes_, 2 * end_));
  wanted = std::max(wanted, end_ + 1);
  if (buffer_.size() < wanted) buffer_.resize(wanted);
  return {buffer_.data() + end_, buffer_.size() - end_};
}

void FrameReader::commit(std::size_t count) {
  CHECK(count <= buffer_.size() - end_);
  end_ += count;
}

Result<std::optional<ByteView>> FrameReader::next() {
  if (end_ - begin_ < kLength) return std::optional<ByteView>{};
  const std::size_t length = length_at(buffer_.data() + begin_);
  if (length > bytes_max_)
    return Error{Errc::too_large, "a frame of more than " + std::to_string(bytes_max_) + " bytes"};
  if (length == 0 || length % 8 != 0)
    return Error{Errc::malformed, "a frame is a whole number of words"};
  if (end_ - begin_ - kLength < length) return std::optional<ByteView>{};
  const ByteView frame{buffer_.data() + begin_ + kLength, length};
  begin_ += kLength + length;
  return std::optional<ByteView>{frame};
}

}  // namespace stafett::server::native
