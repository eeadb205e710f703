#pragma once
// Padding of what is sealed beside the parts: as theirs, so that a length tells little.
//
// Source: docs/formats/part.md
// Threads: any.

#include "engine/base/result.h"
#include "engine/format/part.h"

namespace stafett::bti {

// Adds 0x80 and zeros.
inline void pad(Bytes& bytes) {
  const std::size_t length = format::padded_length(bytes.size());
  bytes.push_back(0x80);
  bytes.resize(length);
}
// What pad() made, borrowed. Errors: corrupt (not as pad() makes it).
inline Result<ByteView> unpadded(ByteView padded) {
  std::size_t end = padded.size();
  while (end > 0 && padded[end - 1] == 0) --end;
  if (end == 0 || padded[end - 1] != 0x80 || padded.size() != format::padded_length(end - 1))
    return Error{Errc::corrupt, "padding"};
  return padded.first(end - 1);
}

}  // namespace stafett::bti
