// A receipt group that decodes is the only one with its value.
#include <algorithm>

#include "engine/base/check.h"
#include "engine/format/receipt.h"

using namespace stafett;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView input{data, size};
  const auto group = format::decode_receipt_group(Position{1}, input);
  if (group) CHECK(std::ranges::equal(format::encode(*group), input));
  return 0;
}
