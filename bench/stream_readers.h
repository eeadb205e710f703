#pragma once
// Readers of a served log: over the native stream and as server-sent events.
//
// Source:   docs/reference/native-stream.md, docs/reference/http.md
// Threads:  as Reader.

#include "bench/reader.h"
#include "engine/crypto/ed25519.h"
#include "server/native/frames.h"

namespace stafett::bench {

struct NativeWish {
  std::uint16_t port = 0;
  const crypto::SigningKey* key = nullptr;
  log::PartSet classes{};  // none: entries only
  std::optional<Position> after{};
  std::size_t read_bytes = 16 * 1024;  // at once
};
// Signed in, and subscribed to all. It decodes each frame and checks nothing in it.
Result<std::unique_ptr<Reader>> native_reader(const NativeWish& wish);

struct SseWish {
  std::uint16_t port = 0;
  std::string token;
  std::string case_label{};  // empty: all cases
  std::optional<Position> after{};
};
// It looks for the lines that tell a position and parses no JSON.
Result<std::unique_ptr<Reader>> sse_reader(const SseWish& wish);

}  // namespace stafett::bench
