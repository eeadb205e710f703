#pragma once
// Where a root key is. The file that the log's layout names (root.key) says so itself, so that
// every program that opens the log finds it:
//
//   32 raw bytes                          the key
//   stafett/root-key/v1                   a text:
//   credential NAME                       $CREDENTIALS_DIRECTORY/NAME has its 32 bytes (systemd)
//   stafett/root-key/v1
//   pkcs11 URI                            a key of a token (RFC 7512) wraps it;
//   wrapped BASE64                        so (crypto/token_key.h)
//
// Source:  docs/formats/key-table.md (key files), docs/decisions/0033-where-a-root-key-is.md
// Threads: any.
// Limits:  kRootKeyTextBytesMax.

#include <memory>

#include "engine/log/keeping/directory_layout.h"
#include "engine/log/keeping/root_key.h"

namespace stafett::log {

inline constexpr std::size_t kRootKeyTextBytesMax = 4096;

struct RootKeySource {
  enum class Kind : std::uint8_t { file, credential, pkcs11 };
  Kind kind = Kind::file;
  std::string name{};  // of the credential, or the URI

  // "file", "credential:NAME" or "pkcs11:...". Errors: invalid_argument.
  static Result<RootKeySource> parse(const std::string& words);
  std::string to_string() const;
};

// What the file at `path` says. Errors: as RootKeyProvider::load.
Result<std::unique_ptr<RootKeyProvider>> open_root_key(const std::string& path);
Result<RootKeySource> root_key_source(const std::string& path);
// Errors: those of the provider: not_found (file, credential, token or key), refused (others may
// use the file; the token does not take the PIN), malformed, corrupt (not wrapped by this key), io.
Result<RootKey> load_root_key(const std::string& path);

// Writes the file. With a credential, `key` must be what it holds: it cannot be written from here.
// Errors: conflict (the file exists), refused (another key is in the credential), and as above.
Result<void> save_root_key(storage::Files& files, const std::string& path,
                           const RootKeySource& source, const RootKey& key, Random& random);
// A new random key; of a credential, the key that it holds. Errors: as save_root_key.
Result<void> create_root_key(storage::Files& files, const std::string& path,
                             const RootKeySource& source, Random& random);

// Whether a change of the root key (an erasure) can be carried out with it, asked before one
// begins: a token is tried. Errors: refused (a credential: only whoever gives it can change it; the
// token's key can be read), unsupported, and those of load_root_key.
Result<void> check_root_key_can_change(const std::string& path, Random& random);

// The same key kept elsewhere from now on. What held it is destroyed; of a credential it is not
// ours to. Cut short, the log opens as before or as after. Errors: as save_root_key. REQUIRES: by
// the log's writer alone.
Result<void> move_root_key(storage::Files& files, const LogPaths& paths,
                           const RootKeySource& source, Random& random);

}  // namespace stafett::log
