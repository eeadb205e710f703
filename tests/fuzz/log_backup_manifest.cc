// A manifest, or the outcome of a drill, that decodes is the only one of its version with its
// value. The checksum is made to fit: whoever makes one up does the same.
#include <algorithm>

#include "engine/base/check.h"
#include "engine/crypto/sha256.h"
#include "engine/log/backup/backup_manifest.h"

using namespace stafett;

namespace {

// Of the newest version the very bytes; of an older one, which is not written any more, the value.
void check_manifest(const Bytes& input, const log::BackupManifest& manifest) {
  const Bytes again = log::encode(manifest);
  if (from_big_endian<std::uint32_t>(ByteView{input}.subspan(8, 4)) == log::kManifestVersion)
    CHECK(std::ranges::equal(again, input));
  else
    CHECK(log::decode_backup_manifest(again).value() == manifest);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Bytes input(data, data + size);
  append(input, crypto::sha256(input).view());
  if (const auto manifest = log::decode_backup_manifest(input)) check_manifest(input, *manifest);
  if (const auto outcome = log::decode_drill_outcome(input))
    CHECK(std::ranges::equal(log::encode(*outcome), input));
  return 0;
}
