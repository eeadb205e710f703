// An intent that decodes is the only one with its value: encoding the value gives the same bytes.
#include <algorithm>

#include "engine/base/check.h"
#include "tests/engine/format/form.h"

using namespace stafett;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView input{data, size};
  const Result<Bytes> again = format::intent_form(input);
  if (again) CHECK(std::ranges::equal(*again, input));
  return 0;
}
