// A manifest, or the outcome of a drill, that decodes is the only one with its value. The checksum
// is made to fit: whoever makes one up does the same.
#include <algorithm>

#include "engine/base/check.h"
#include "engine/crypto/sha256.h"
#include "engine/log/backup/backup_manifest.h"

using namespace stafett;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Bytes input(data, data + size);
  append(input, crypto::sha256(input).view());
  if (const auto manifest = log::decode_backup_manifest(input))
    CHECK(std::ranges::equal(log::encode(*manifest), input));
  if (const auto outcome = log::decode_drill_outcome(input))
    CHECK(std::ranges::equal(log::encode(*outcome), input));
  return 0;
}
