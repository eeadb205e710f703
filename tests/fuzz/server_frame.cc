// Any bytes on the native stream: frames within their bounds, or an error. What is read of either
// side is written and read again.

#include "engine/base/check.h"
#include "server/native/frame_reader.h"
#include "server/native/frames.h"

namespace {

using namespace stafett;
using namespace stafett::server::native;

template <class Frame, class Read>
void again(const Result<Frame>& frame, Read read) {
  if (!frame) {
    const Errc code = frame.error().code();
    CHECK(code == Errc::malformed || code == Errc::too_large || code == Errc::unsupported);
    return;
  }
  Bytes bytes;
  if (!write_frame(bytes, *frame)) return;  // what shared bytes inside is larger written out
  CHECK(read(ByteView{bytes}.subspan(kLengthBytes)).has_value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  again(read_client_frame({data, size}), read_client_frame);
  again(read_server_frame({data, size}), read_server_frame);
  FrameReader reader{kFirstFrameBytesMax, 32};
  for (std::size_t at = 0; at < size;) {
    const auto room = reader.prepare();
    const std::size_t count = std::min(room.size(), size - at);
    std::copy_n(data + at, count, room.begin());
    reader.commit(count);
    at += count;
    while (true) {
      const auto next = reader.next();
      if (!next) return 0;
      if (!*next) break;
      CHECK((*next)->size() <= kFirstFrameBytesMax && (*next)->size() % 8 == 0);
    }
  }
  return 0;
}
