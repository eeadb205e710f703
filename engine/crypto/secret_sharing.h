#pragma once
// Shamir's secret sharing over bytes: any `threshold` of the shares give the secret, fewer tell
// nothing about it. By libgfshare, in GF(256); its shares say nothing of their own integrity, so
// whoever keeps them adds what tells a wrong one (log/keeping/root_escrow.h).
//
// Source:  A. Shamir, How to share a secret (1979); libgfshare 2.0
// Threads: any, one call at a time inside (the library's source of randomness is global).
// Limits:  kSharesMax shares; the library's own buffers are not locked, and wiped before they go.
//          Its tables are looked up by secret bytes: for a ceremony, not for a server.

#include <vector>

#include "engine/base/random.h"
#include "engine/crypto/secret.h"

namespace stafett::crypto {

inline constexpr std::size_t kSharedSecretBytes = 32;
inline constexpr unsigned kSharesMax = 255;

struct SecretShare {
  std::uint8_t number = 0;  // from 1
  std::array<std::uint8_t, kSharedSecretBytes> bytes{};
};

// Numbers 1 to `count`. The caller wipes them. REQUIRES: 2 <= threshold <= count <= kSharesMax.
std::vector<SecretShare> split_secret(std::span<const std::uint8_t, kSharedSecretBytes> secret,
                                      unsigned threshold, unsigned count, Random& random);

// Of at least as many shares as the threshold was; of fewer, or of wrong ones, it is other bytes.
// REQUIRES: numbers not zero and all different; 1 to kSharesMax shares.
void join_shares(std::span<const SecretShare> shares,
                 std::span<std::uint8_t, kSharedSecretBytes> secret);

}  // namespace stafett::crypto
