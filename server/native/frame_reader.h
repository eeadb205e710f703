#pragma once
// FrameReader: frames out of bytes that come as they come.
//
// Source:  docs/reference/native-stream.md.
// Threads: one at a time.
// Limits:  holds one frame of `bytes_max` and what comes in one read behind it, and never more than
//          `read_bytes` or twice what has come. A length that is not allowed is refused before its
//          frame has come.

#include <optional>
#include <span>

#include "engine/base/bytes.h"
#include "engine/base/result.h"

namespace stafett::server::native {

class FrameReader final {
 public:
  explicit FrameReader(std::size_t bytes_max, std::size_t read_bytes = 16 * 1024)
      : read_bytes_(read_bytes), bytes_max_(bytes_max) {}
  void allow(std::size_t bytes_max) { bytes_max_ = bytes_max; }

  // Room for at least one byte more. What next() returned is gone.
  std::span<std::uint8_t> prepare();
  // The same, and what has come is given up.
  std::span<std::uint8_t> prepare_anew() {
    begin_ = end_ = 0;
    return prepare();
  }
  void commit(std::size_t count);  // REQUIRES: at most what prepare() gave
  // The next frame without its length; none: it has not come whole. Valid until prepare().
  // Errors: malformed (not whole words), too_large. After an error nothing more can be read.
  Result<std::optional<ByteView>> next();
  bool is_empty() const { return begin_ == end_; }

 private:
  const std::size_t read_bytes_;
  std::size_t bytes_max_;
  Bytes buffer_;
  std::size_t begin_ = 0, end_ = 0;  // of what has come and was not returned
};

}  // namespace stafett::server::native
