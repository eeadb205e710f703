#pragma once
// Parts: sealed pieces of an event's content, by sensitivity.
//
//   pc     = HMAC-SHA256(salt, "stafett/part/v1\0" || event id || class || true length (u32 LE) ||
//            plaintext): pins the plaintext without revealing it; in the intent.
//   sealed = nonce (24) || XChaCha20-Poly1305(salt || padded plaintext), key derived per (domain
//            key, class), associated data origin hash || event id || class || chunk (u32 LE).
//   cc     = SHA-256(sealed): in the entry, so that stored bytes are checked without keys.
//
// Source:  docs/formats/part.md. Padding is ISO/IEC 7816-4 to 64*2^k bytes, above 64 KiB to
//          multiples of 64 KiB.
// Limits:  kPlaintextBytesMax before padding.

#include <span>

#include "engine/base/random.h"
#include "engine/base/result.h"
#include "engine/format/intent.h"

namespace stafett::format {

inline constexpr std::size_t kSaltBytes = 32;
inline constexpr std::size_t kPlaintextBytesMax = 256 * 1024;
using Salt = FixedBytes<kSaltBytes, struct SaltTag>;

// A part with its opening: what an actor hands in beside the intent.
struct OpenPart {
  PartClass part_class;
  Salt salt;
  Bytes plaintext;
};

std::size_t padded_length(std::size_t true_length);
Hash commitment(const Salt& salt, const EventId& event, PartClass part_class, ByteView plaintext);
// The zero salt: public parts hide nothing.
PartCommitment commit(const OpenPart& part, const EventId& event);

struct PartContext {
  const Hash& origin_hash;
  const EventId& event;
  PartClass part_class;
};
// The key that a domain's parts of one class are sealed with. As secret as the domain's.
void part_key(std::span<std::uint8_t, 32> out, ByteView domain_key32, PartClass part_class);

Bytes seal_part(ByteView domain_key32, const PartContext& context, const OpenPart& part,
                Random& random);
// Does not check the commitment: the caller does, when it does not trust the store.
// Errors: corrupt.
Result<OpenPart> open_part(ByteView domain_key32, const PartContext& context, ByteView sealed);
// The same for who has the class's key already.
Bytes seal_with_part_key(ByteView part_key32, const PartContext& context, const OpenPart& part,
                         Random& random);
Result<OpenPart> open_with_part_key(ByteView part_key32, const PartContext& context,
                                    ByteView sealed);

// Attachments: what is too large for a part, in chunks of kChunkBytes (the last one shorter), each
// sealed on its own and stored before the event that commits to them.
//
//   commitment = the RFC 6962 root over the sealed chunks; length = the true length.
inline constexpr std::size_t kChunkBytes = std::size_t{1} << 20;

struct ChunkContext {
  const Hash& origin_hash;
  const EventId& event;
  std::uint32_t chunk;  // 0-based
};
Bytes seal_chunk(ByteView domain_key32, const ChunkContext& context, ByteView plaintext,
                 Random& random);
// Errors: corrupt.
Result<Bytes> open_chunk(ByteView domain_key32, const ChunkContext& context, ByteView sealed);

}  // namespace stafett::format
