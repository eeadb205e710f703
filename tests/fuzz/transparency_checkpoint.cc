// A checkpoint text that parses without extension lines is the only one with its meaning.
#include "engine/base/check.h"
#include "engine/transparency/checkpoint.h"

using namespace stafett;
using namespace stafett::transparency;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = as_text({data, size});
  if (const auto checkpoint = parse_checkpoint(text)) {
    Checkpoint plain = *checkpoint;
    plain.extensions.clear();
    std::string again = format_checkpoint(plain);
    for (const std::string& line : checkpoint->extensions) again += line + "\n";
    CHECK(again == text);
  }
  return 0;
}
