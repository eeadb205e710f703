// Any target of a request: decoded within its bounds or refused; no segment that a handler must
// think of. And any traceparent.

#include "engine/base/bytes.h"
#include "engine/base/check.h"
#include "server/http/target.h"
#include "server/http/trace_context.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace stafett;
  const std::string_view text = as_text({data, size});
  const Result<server::Target> target = server::parse_target(text);
  if (target) {
    CHECK(size <= server::kTargetBytesMax);
    CHECK(target->path.size() <= server::kSegmentsMax && target->query.size() <= server::kQueryMax);
    for (const std::string& segment : target->path)
      CHECK(!segment.empty() && segment != "." && segment != ".." &&
            segment.find('/') == std::string::npos);
  } else {
    CHECK(target.error().code() == Errc::malformed);
  }
  const std::string_view trace = server::trace_id(text);
  CHECK(trace.empty() || trace.size() == 32);
  return 0;
}
