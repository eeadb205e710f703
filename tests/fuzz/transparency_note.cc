// A note that parses is the only one with its meaning, and verifying it never crashes.
#include "engine/base/check.h"
#include "engine/transparency/note.h"

using namespace stafett;
using namespace stafett::transparency;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::vector<VerifierKey> keys{
      VerifierKey::parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
          .value(),
      VerifierKey::parse(
          "witness.example.org+b8a2cf20+BFLN3yikSfFkVAJtrnh/CiY3Zozkoy7clp+P7XB28qUN")
          .value()};
  const std::string_view text = as_text({data, size});
  if (const auto note = parse_note(text)) {
    CHECK(format_note(*note) == text);
    const auto verified = verify_note(*note, keys);
    CHECK(!verified || verified->size() <= keys.size());
  }
  if (const auto key = VerifierKey::parse(text)) CHECK(key->to_string() == text);
  return 0;
}
