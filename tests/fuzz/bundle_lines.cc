// Any line of a bundle's files, and any scope: read as what would be written again, or refused.

#include <boost/json/serialize.hpp>

#include "engine/base/bytes.h"
#include "engine/base/check.h"
#include "projections/bundle/bundle_lines.h"
#include "projections/bundle/scope.h"

namespace {

using namespace stafett;

template <class Parse>
void read(std::string_view text, Parse parse) {
  const auto line = parse(text);
  if (!line) {
    CHECK(line.error().code() == Errc::malformed);
    return;
  }
  const std::string written = boost::json::serialize(bti::to_json(*line));
  const auto again = parse(std::string_view{written});
  CHECK(again && boost::json::serialize(bti::to_json(*again)) == written);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = as_text({data, size});
  read(text, bti::parse_entry_line);
  read(text, bti::parse_document_line);
  read(text, bti::parse_range_line);
  read(text, bti::parse_stream_line);
  read(text, bti::parse_name_line);
  read(text, bti::parse_consistency_line);
  read(text, bti::parse_population_line);
  if (const auto scope = bti::parse_scope(text)) CHECK(bti::scope_text(*scope) == text);
  return 0;
}
