// A tile path that parses is the only one of its tile.
#include "engine/base/check.h"
#include "engine/transparency/tile.h"

using namespace stafett;
using namespace stafett::transparency;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = as_text({data, size});
  if (const auto tile = parse_tile_path(text)) CHECK(tile_path(*tile) == text);
  return 0;
}
