#pragma once
// Key files: the root key, under which the key table is wrapped, and signing keys.
//
// A key file is read only when it is a plain file of this user (or root) that nobody else can read
// or write, and exactly as long as it must be. No error ever carries a byte of a key.
//
// Source:  docs/formats/key-table.md (key files)
// Threads: any.

#include <string>

#include "engine/base/random.h"
#include "engine/crypto/ed25519.h"
#include "engine/crypto/secret.h"
#include "engine/storage/files.h"

namespace stafett::log {

inline constexpr std::size_t kRootKeyBytes = 32;
using RootKey = crypto::SecretBytes<kRootKeyBytes>;

class RootKeyProvider {
 public:
  virtual ~RootKeyProvider() = default;
  // Errors: not_found, refused (others may read or write it), malformed (not a root key), io.
  virtual Result<RootKey> load() = 0;
};

// 32 raw bytes in a file of mode 0600 or narrower.
class RootKeyFile final : public RootKeyProvider {
 public:
  explicit RootKeyFile(std::string path) : path_(std::move(path)) {}
  Result<RootKey> load() override;
  // A new random key. Errors: conflict (the file exists: a root key is never overwritten), io.
  static Result<void> create(storage::Files& files, const std::string& path, Random& random);

 private:
  const std::string path_;
};

// A signing key as one line: the 32-byte seed in lower-case hex, then a newline; mode 0600.
// Errors: conflict (the file exists), io.
Result<void> save_signing_key(storage::Files& files, const std::string& path,
                              const crypto::SigningKey& key);
// Errors: not_found, refused, malformed, io.
Result<crypto::SigningKey> load_signing_key(const std::string& path);

// Names a root key without telling anything of it: the key table's header and shares have it.
Hash root_key_id(const RootKey& root);

}  // namespace stafett::log
