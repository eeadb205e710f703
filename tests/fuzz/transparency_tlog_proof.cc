// A tlog-proof that parses is the only file with its meaning, and verifying it never crashes.
#include "engine/base/check.h"
#include "engine/transparency/tlog_proof.h"

using namespace stafett;
using namespace stafett::transparency;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const TrustPolicy policy{
      "example.com/log/testdata",
      VerifierKey::parse(
          "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx")
          .value()};
  const std::string_view text = as_text({data, size});
  if (const auto proof = parse_tlog_proof(text)) {
    CHECK(format_tlog_proof(*proof) == text);
    const auto opened = verify_tlog_proof(*proof, leaf_hash(as_bytes("seven")), policy);
    CHECK(!opened || proof->position.value() < opened->head().size.value());
  }
  return 0;
}
