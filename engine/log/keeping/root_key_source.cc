#include "engine/log/keeping/root_key_source.h"

#include <array>
#include <cstdlib>

#include "engine/base/encoding.h"
#include "engine/crypto/token_key.h"
#include "engine/log/keeping/destroyable.h"
#include "engine/log/keeping/private_file.h"
#include "engine/log/keeping/root_key_change.h"

namespace stafett::log {
namespace {

constexpr std::string_view kHeader = "stafett/root-key/v1\n";
constexpr std::string_view kCredential = "credential ";
constexpr std::string_view kPkcs11 = "pkcs11 ";
constexpr std::string_view kWrapped = "wrapped ";
constexpr std::string_view kBoundTo = "stafett/root-key/v1";
constexpr std::size_t kPinBytesMax = 255;

// A name of one file, nothing that leads elsewhere.
bool is_credential_name(std::string_view name) {
  return !name.empty() && name.size() <= 255 && name != "." && name != ".." &&
         name.find_first_of(std::string_view{"/\n\0 ", 4}) == std::string_view::npos;
}

// What is kept in the file, taken apart.
struct Kept {
  RootKeySource source;
  Bytes wrapped{};
};

Result<std::string_view> take_line(std::string_view& text, std::string_view begins) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos || !text.starts_with(begins))
    return Error{Errc::malformed, "not a root key"};
  const std::string_view line = text.substr(begins.size(), end - begins.size());
  text.remove_prefix(end + 1);
  return line;
}

Result<Kept> parse_kept(std::string_view text) {
  if (!text.starts_with(kHeader)) return Error{Errc::malformed, "not a root key"};
  text.remove_prefix(kHeader.size());
  Kept kept;
  if (text.starts_with(kCredential)) {
    ENGINE_TRY(name, take_line(text, kCredential));
    if (!is_credential_name(name)) return Error{Errc::malformed, "a credential's name"};
    kept.source = {RootKeySource::Kind::credential, std::string{name}};
  } else {
    ENGINE_TRY(uri, take_line(text, kPkcs11));
    ENGINE_TRY(wrapped, take_line(text, kWrapped));
    const auto bytes = from_base64(wrapped);
    if (!bytes) return Error{Errc::malformed, "a wrapped root key"};
    kept.source = {RootKeySource::Kind::pkcs11, std::string{uri}};
    kept.wrapped = *bytes;
  }
  if (!text.empty()) return Error{Errc::malformed, "not a root key"};
  return kept;
}

Result<Kept> read_kept(const std::string& path) {
  ENGINE_TRY(bytes, read_private_text(path, kRootKeyTextBytesMax));
  const crypto::WipeGuard wiped{bytes};  // it may be the key itself
  if (bytes.size() == kRootKeyBytes) return Kept{};
  Result<Kept> kept = parse_kept(as_text(bytes));
  if (!kept) return Error{kept.error().code(), path + ": " + kept.error().detail()};
  return kept;
}

Result<std::unique_ptr<crypto::TokenKey>> open_token(const std::string& uri) {
  ENGINE_TRY(pin_file, crypto::token_pin_file(uri));
  ENGINE_TRY(pin, read_private_text(pin_file, kPinBytesMax));
  const crypto::WipeGuard wiped{pin};
  ByteView words{pin};
  if (!words.empty() && words.back() == '\n') words = words.first(words.size() - 1);
  return crypto::TokenKey::open(uri, words);
}

class CredentialRootKey final : public RootKeyProvider {
 public:
  explicit CredentialRootKey(std::string name) : name_(std::move(name)) {}
  Result<RootKey> load() override {
    const char* directory = std::getenv("CREDENTIALS_DIRECTORY");
    if (directory == nullptr)
      return Error{Errc::not_found,
                   "the root key is the credential " + name_ +
                       ", and this program was given none: start it with LoadCredential"};
    return RootKeyFile{std::string{directory} + "/" + name_}.load();
  }

 private:
  const std::string name_;
};

class TokenRootKey final : public RootKeyProvider {
 public:
  explicit TokenRootKey(Kept kept) : kept_(std::move(kept)) {}
  Result<RootKey> load() override {
    ENGINE_TRY(token, open_token(kept_.source.name));
    Result<void> unwrapped;
    RootKey key{[&](std::span<std::uint8_t, kRootKeyBytes> out) {
      unwrapped = token->unwrap(kept_.wrapped, kBoundTo, out);
    }};
    if (!unwrapped) return unwrapped.error();
    return key;
  }

 private:
  const Kept kept_;
};

Result<void> write_new(storage::Files& files, const std::string& path, ByteView bytes) {
  ENGINE_TRY(there, files.exists(path));
  if (there) return Error{Errc::conflict, path + ": exists, and a key is never overwritten"};
  return files.replace(path, bytes);
}

}  // namespace

Result<RootKeySource> RootKeySource::parse(const std::string& words) {
  constexpr std::string_view credential = "credential:";
  if (words == "file") return RootKeySource{};
  if (words.starts_with(credential) && is_credential_name(words.substr(credential.size())))
    return RootKeySource{Kind::credential, words.substr(credential.size())};
  if (words.starts_with("pkcs11:") && words.find('\n') == std::string::npos) {
    if (const auto pin = crypto::token_pin_file(words); !pin)
      return Error{Errc::invalid_argument, pin.error().detail()};
    return RootKeySource{Kind::pkcs11, words};
  }
  return Error{Errc::invalid_argument,
               "a root key is in: file, credential:NAME or a PKCS#11 URI (pkcs11:...)"};
}

std::string RootKeySource::to_string() const {
  if (kind == Kind::file) return "file";
  return kind == Kind::credential ? "credential:" + name : name;
}

Result<RootKeySource> root_key_source(const std::string& path) {
  ENGINE_TRY(kept, read_kept(path));
  return std::move(kept.source);
}

Result<std::unique_ptr<RootKeyProvider>> open_root_key(const std::string& path) {
  ENGINE_TRY(kept, read_kept(path));
  std::unique_ptr<RootKeyProvider> provider;
  switch (kept.source.kind) {
    case RootKeySource::Kind::file:
      provider = std::make_unique<RootKeyFile>(path);
      break;
    case RootKeySource::Kind::credential:
      provider = std::make_unique<CredentialRootKey>(kept.source.name);
      break;
    case RootKeySource::Kind::pkcs11:
      provider = std::make_unique<TokenRootKey>(std::move(kept));
      break;
  }
  return provider;
}

Result<RootKey> load_root_key(const std::string& path) {
  ENGINE_TRY(provider, open_root_key(path));
  return provider->load();
}

Result<void> save_root_key(storage::Files& files, const std::string& path,
                           const RootKeySource& source, const RootKey& key, Random& random) {
  const std::string header{kHeader};
  switch (source.kind) {
    case RootKeySource::Kind::file:
      return write_new(files, path, key.view());
    case RootKeySource::Kind::credential: {
      ENGINE_TRY(given, CredentialRootKey{source.name}.load());
      if (!crypto::equal_constant_time(given.view(), key.view()))
        return Error{Errc::refused, "the credential " + source.name + " is another key"};
      return write_new(files, path,
                       as_bytes(header + std::string{kCredential} + source.name + "\n"));
    }
    case RootKeySource::Kind::pkcs11: {
      ENGINE_TRY(token, open_token(source.name));
      ENGINE_TRY(wrapped, token->wrap(key.view(), kBoundTo, random));
      return write_new(files, path,
                       as_bytes(header + std::string{kPkcs11} + source.name + "\n" +
                                std::string{kWrapped} + to_base64(wrapped) + "\n"));
    }
  }
  return Error{Errc::invalid_argument, "root key"};
}

Result<void> create_root_key(storage::Files& files, const std::string& path,
                             const RootKeySource& source, Random& random) {
  if (source.kind == RootKeySource::Kind::file) return RootKeyFile::create(files, path, random);
  if (source.kind == RootKeySource::Kind::credential) {
    ENGINE_TRY(given, CredentialRootKey{source.name}.load());
    return save_root_key(files, path, source, given, random);
  }
  const RootKey key{[&](std::span<std::uint8_t, kRootKeyBytes> out) { random.fill(out); }};
  return save_root_key(files, path, source, key, random);
}

Result<void> check_root_key_can_change(const std::string& path, Random& random) {
  ENGINE_TRY(source, root_key_source(path));
  if (source.kind == RootKeySource::Kind::credential)
    return Error{
        Errc::refused,
        "the root key is a credential, which this program cannot change: move it to a file "
        "or a token first (keys move-root)"};
  if (source.kind == RootKeySource::Kind::file) return {};
  ENGINE_TRY(key, load_root_key(path));
  ENGINE_TRY(token, open_token(source.name));
  ENGINE_TRY(wrapped, token->wrap(key.view(), kBoundTo, random));
  return {};
}

Result<void> move_root_key(storage::Files& files, const LogPaths& paths,
                           const RootKeySource& source, Random& random) {
  ENGINE_TRY(key, load_root_key(paths.root_key));
  ENGINE_TRY_VOID(check_destroyable(files, paths.root_key));
  // As the end of a change of the root key: what is found there is finished at the next opening.
  const std::string next = paths.root_key + ".next";
  ENGINE_TRY(there, files.exists(next));
  if (there) ENGINE_TRY_VOID(files.destroy(next));
  ENGINE_TRY_VOID(save_root_key(files, next, source, key, random));
  ENGINE_TRY(back, load_root_key(next));
  if (!crypto::equal_constant_time(back.view(), key.view()))
    return Error{Errc::io, next + ": what was written does not read back"};
  return settle_root_key(files, paths);
}

}  // namespace stafett::log
