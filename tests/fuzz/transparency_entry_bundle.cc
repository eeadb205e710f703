// A bundle that decodes encodes to itself. The first byte says how many entries to expect.
#include "engine/base/check.h"
#include "engine/transparency/tile.h"

using namespace stafett;
using namespace stafett::transparency;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const ByteView bundle{data + 1, size - 1};
  const unsigned width = data[0] + 1U;
  if (const auto entries = decode_entry_bundle(bundle, width)) {
    CHECK(entries->size() == width);
    const Bytes again = encode_entry_bundle(*entries);
    CHECK(as_text(again) == as_text(bundle));
  }
  return 0;
}
