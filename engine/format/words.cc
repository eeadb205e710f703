#include "engine/format/words.h"

#include <cstring>

namespace stafett::format {

Result<kj::Array<capnp::word>> to_words(ByteView bytes) {
  if (bytes.empty() || bytes.size() % sizeof(capnp::word) != 0)
    return Error{Errc::malformed, "not a whole number of words"};
  auto words = kj::heapArray<capnp::word>(bytes.size() / sizeof(capnp::word));
  std::memcpy(words.begin(), bytes.data(), bytes.size());
  return words;
}

Bytes to_bytes(kj::ArrayPtr<const capnp::word> words) {
  const kj::ArrayPtr<const kj::byte> bytes = words.asBytes();
  return Bytes(bytes.begin(), bytes.end());
}

capnp::ReaderOptions reader_options(std::size_t words) {
  capnp::ReaderOptions options;
  options.traversalLimitInWords = 8 * words + 64;
  options.nestingLimit = 16;
  return options;
}

}  // namespace stafett::format
