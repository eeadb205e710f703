#include "engine/format/part.h"

#include <algorithm>

#include "engine/crypto/aead.h"
#include "engine/crypto/sha256.h"

namespace stafett::format {
namespace {

constexpr std::size_t kLargeBlock = 64 * 1024;

// Chunk 0 of 0 for a part; only attachments have more.
std::array<std::uint8_t, 53> associated_data(const PartContext& context, std::uint32_t chunk = 0) {
  std::array<std::uint8_t, 53> out{};
  std::ranges::copy(context.origin_hash.view(), out.begin());
  std::ranges::copy(context.event.view(), out.begin() + 32);
  out[48] = static_cast<std::uint8_t>(context.part_class);
  std::ranges::copy(little_endian(chunk), out.begin() + 49);
  return out;
}

}  // namespace

void part_key(std::span<std::uint8_t, 32> out, ByteView domain_key32, PartClass part_class) {
  const std::uint8_t byte = static_cast<std::uint8_t>(part_class);
  crypto::derive_key(out, domain_key32, "stafett/part-key/v1", {&byte, 1});
}

std::size_t padded_length(std::size_t true_length) {
  if (true_length >= kLargeBlock) return (true_length / kLargeBlock + 1) * kLargeBlock;
  std::size_t length = 64;
  while (length <= true_length) length *= 2;
  return length;
}

Hash commitment(const Salt& salt, const EventId& event, PartClass part_class, ByteView plaintext) {
  constexpr std::string_view context{"stafett/part/v1\0", 16};
  const std::uint8_t byte = static_cast<std::uint8_t>(part_class);
  const auto length = little_endian(static_cast<std::uint32_t>(plaintext.size()));
  return crypto::hmac_sha256(
      salt.view(), {as_bytes(context), event.view(), ByteView{&byte, 1}, length, plaintext});
}

PartCommitment commit(const OpenPart& part, const EventId& event) {
  return {part.part_class, static_cast<std::uint32_t>(padded_length(part.plaintext.size())),
          commitment(part.salt, event, part.part_class, part.plaintext)};
}

Bytes seal_part(ByteView domain_key32, const PartContext& context, const OpenPart& part,
                Random& random) {
  std::array<std::uint8_t, 32> key;
  const crypto::WipeGuard wipe_key{key};
  part_key(key, domain_key32, context.part_class);
  return seal_with_part_key(key, context, part, random);
}

Bytes seal_with_part_key(ByteView part_key32, const PartContext& context, const OpenPart& part,
                         Random& random) {
  Bytes padded(kSaltBytes + padded_length(part.plaintext.size()));
  const crypto::WipeGuard wipe_padded{padded};
  std::ranges::copy(part.salt.view(), padded.begin());
  std::ranges::copy(part.plaintext, padded.begin() + kSaltBytes);
  padded[kSaltBytes + part.plaintext.size()] = 0x80;
  return crypto::seal(part_key32, padded, associated_data(context), random);
}

Result<OpenPart> open_part(ByteView domain_key32, const PartContext& context, ByteView sealed) {
  std::array<std::uint8_t, 32> key;
  const crypto::WipeGuard wipe_key{key};
  part_key(key, domain_key32, context.part_class);
  return open_with_part_key(key, context, sealed);
}

Result<OpenPart> open_with_part_key(ByteView part_key32, const PartContext& context,
                                    ByteView sealed) {
  ENGINE_TRY(padded, crypto::open(part_key32, sealed, associated_data(context)));
  const crypto::WipeGuard wipe_padded{padded};
  if (padded.size() < kSaltBytes) return Error{Errc::corrupt, "part without salt"};
  std::size_t end = padded.size();
  while (end > kSaltBytes && padded[end - 1] == 0) --end;
  if (end == kSaltBytes || padded[end - 1] != 0x80) return Error{Errc::corrupt, "part's padding"};
  if (padded.size() - kSaltBytes != padded_length(end - 1 - kSaltBytes))
    return Error{Errc::corrupt, "part is padded to another length than it needs"};
  OpenPart part;
  part.part_class = context.part_class;
  std::copy_n(padded.begin(), kSaltBytes, part.salt.data());
  part.plaintext.assign(padded.begin() + kSaltBytes,
                        padded.begin() + static_cast<std::ptrdiff_t>(end) - 1);
  return part;
}

Bytes seal_chunk(ByteView domain_key32, const ChunkContext& context, ByteView plaintext,
                 Random& random) {
  std::array<std::uint8_t, 32> key;
  const crypto::WipeGuard wipe_key{key};
  part_key(key, domain_key32, PartClass::attachment);
  const PartContext part{context.origin_hash, context.event, PartClass::attachment};
  return crypto::seal(key, plaintext, associated_data(part, context.chunk), random);
}

Result<Bytes> open_chunk(ByteView domain_key32, const ChunkContext& context, ByteView sealed) {
  std::array<std::uint8_t, 32> key;
  const crypto::WipeGuard wipe_key{key};
  part_key(key, domain_key32, PartClass::attachment);
  const PartContext part{context.origin_hash, context.event, PartClass::attachment};
  return crypto::open(key, sealed, associated_data(part, context.chunk));
}

}  // namespace stafett::format
