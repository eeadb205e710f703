// A request to a witness that parses is the only text with its meaning, and judging it
// never crashes.
#include "engine/base/check.h"
#include "engine/transparency/witness_policy.h"
#include "engine/transparency/witness_request.h"

using namespace stafett;
using namespace stafett::transparency;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const WitnessedLog log{
      {VerifierKey::parse(
           "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx")
           .value()}};
  const std::string_view text = as_text({data, size});
  if (const auto request = open_witness_request(text)) {
    CHECK(format_witness_request(request->request) == text);
    (void)judge_witness_request(*request, log);
  }
  if (const auto policy = WitnessPolicy::parse(text)) (void)policy->is_met({});
  return 0;
}
