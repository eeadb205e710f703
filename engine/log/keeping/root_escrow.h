#pragma once
// Escrow of the root key: split into shares for several people, any `threshold` of whom can bring
// it back, and fewer can do nothing. A share is a file of its own; each tells of rot, of which
// split it is, and which root key it must lead to: a key that is not that one is never given.
//
// Source:  docs/formats/key-table.md (shares)
// Threads: any.
// Limits:  2 to 255 shares.

#include <string>
#include <vector>

#include "engine/crypto/secret_sharing.h"
#include "engine/log/keeping/root_key.h"

namespace stafett::log {

inline constexpr std::uint32_t kShareVersion = 1;
inline constexpr std::size_t kShareFileBytes = 8 + 4 + 32 + 32 + 16 + 1 + 1 + 1 + 32 + 16;

struct EscrowShare {
  Hash origin;  // SHA-256 of the log's origin
  Hash root_key_id;
  std::array<std::uint8_t, 16> split{};  // random; the same for the shares of one split
  std::uint8_t threshold = 0;
  std::uint8_t count = 0;
  crypto::SecretShare share;
};
Bytes encode(const EscrowShare& share);  // the caller wipes it
// Errors: corrupt, unsupported.
Result<EscrowShare> decode_escrow_share(ByteView bytes);

// Writes a share into each file, 0600. Errors: conflict (a file exists), invalid_argument
// (2 <= threshold <= files <= 255), io.
Result<void> escrow_root_key(storage::Files& files, Random& random, const RootKey& root,
                             const Hash& origin, unsigned threshold,
                             const std::vector<std::string>& to);

struct RecoveredKey {
  RootKey root;
  Hash origin;
};
// Errors: not_found, refused (others can read a share), corrupt (a share is damaged, or they do not
// lead to their root key: one was altered), conflict (of different splits, or one twice), and
// invalid_argument (fewer than the threshold); detail names the file.
Result<RecoveredKey> recover_root_key(const std::vector<std::string>& from);

}  // namespace stafett::log
