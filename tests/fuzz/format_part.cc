// Salt and padded plaintext, as somebody with the key may have sealed them: what opens is padded
// exactly as its length asks for. And bytes that nobody sealed do not open.
#include <algorithm>

#include "engine/base/check.h"
#include "engine/crypto/aead.h"
#include "engine/crypto/seeded_random.h"
#include "engine/format/part.h"

using namespace stafett;
using namespace stafett::format;

namespace {

const std::array<std::uint8_t, 32> kDomainKey{3};
constexpr std::uint8_t kClass = static_cast<std::uint8_t>(PartClass::fact);

Bytes sealed_by_hand(const Hash& origin, const EventId& event, ByteView salt_and_padded) {
  std::array<std::uint8_t, 32> key;
  crypto::derive_key(key, kDomainKey, "stafett/part-key/v1", {&kClass, 1});
  Bytes associated;
  append(associated, origin.view());
  append(associated, event.view());
  associated.insert(associated.end(), {kClass, 0, 0, 0, 0});
  crypto::SeededRandom random{1};
  return crypto::seal(key, salt_and_padded, associated, random);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView input{data, size};
  const Hash origin;
  const EventId event;
  const PartContext context{origin, event, PartClass::fact};
  CHECK(!open_part(kDomainKey, context, input));
  const auto part = open_part(kDomainKey, context, sealed_by_hand(origin, event, input));
  if (!part) return 0;
  Bytes again;
  append(again, part->salt.view());
  append(again, part->plaintext);
  again.push_back(0x80);
  again.resize(kSaltBytes + padded_length(part->plaintext.size()));
  CHECK(std::ranges::equal(again, input));
  return 0;
}
