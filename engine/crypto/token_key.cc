#include "engine/crypto/token_key.h"

#include <p11-kit/p11-kit.h>
#include <p11-kit/uri.h>

#include <algorithm>
#include <array>
#include <mutex>
#include <optional>
#include <vector>

#include "engine/crypto/secret.h"

namespace stafett::crypto {
namespace {

constexpr std::size_t kIvBytes = 12;
constexpr std::size_t kTagBytes = 16;
constexpr CK_ULONG kSlotsMax = 64;

// Who ends a module ends it for the whole process.
std::mutex one_at_a_time;

struct UriFree {
  void operator()(P11KitUri* uri) const { p11_kit_uri_free(uri); }
};
using Uri = std::unique_ptr<P11KitUri, UriFree>;

Result<Uri> parse_uri(const std::string& text) {
  Uri uri{p11_kit_uri_new()};
  if (!uri || text.size() > kTokenUriBytesMax ||
      p11_kit_uri_parse(text.c_str(), P11_KIT_URI_FOR_OBJECT_ON_TOKEN_AND_MODULE, uri.get()) !=
          P11_KIT_URI_OK)
    return Error{Errc::malformed, "not a PKCS#11 URI"};
  if (p11_kit_uri_any_unrecognized(uri.get()) != 0)
    return Error{Errc::malformed, "a PKCS#11 URI with what is not known here"};
  return uri;
}

}  // namespace

// One module that the URI names by its path, or all that the system is set up with.
class TokenModules final {
 public:
  TokenModules() = default;
  ~TokenModules() {
    if (named_ != nullptr) {
      if (initialized_) p11_kit_module_finalize(named_);
      p11_kit_module_release(named_);
    }
    if (all_ != nullptr) p11_kit_modules_finalize_and_release(all_);
  }
  TokenModules(const TokenModules&) = delete;
  TokenModules& operator=(const TokenModules&) = delete;

  Result<void> load(const P11KitUri* uri) {
    const char* path = p11_kit_uri_get_module_path(uri);
    if (path == nullptr) {
      all_ = p11_kit_modules_load_and_initialize(0);
      if (all_ == nullptr) return Error{Errc::not_found, "no PKCS#11 module can be used"};
      return {};
    }
    // Unmanaged: p11-kit then makes no code at run time, which a hardened service forbids.
    named_ = p11_kit_module_load(path, P11_KIT_MODULE_UNMANAGED);
    if (named_ == nullptr) return Error{Errc::not_found, std::string{path} + ": no PKCS#11 module"};
    if (p11_kit_module_initialize(named_) != CKR_OK)
      return Error{Errc::io, std::string{path} + ": the module does not start"};
    initialized_ = true;
    return {};
  }
  std::vector<CK_FUNCTION_LIST*> list() const {
    std::vector<CK_FUNCTION_LIST*> all;
    if (named_ != nullptr) all.push_back(named_);
    for (std::size_t i = 0; all_ != nullptr && all_[i] != nullptr && i < 16; ++i)
      all.push_back(all_[i]);
    return all;
  }

 private:
  CK_FUNCTION_LIST* named_ = nullptr;
  bool initialized_ = false;
  CK_FUNCTION_LIST** all_ = nullptr;
};

namespace {

Error failed(const char* what, CK_RV code) {
  return Error{Errc::io, std::string{what} + ": " + p11_kit_strerror(code)};
}

CK_GCM_PARAMS gcm_params(std::span<std::uint8_t> iv, std::string_view what) {
  CK_GCM_PARAMS params{};
  params.iv_ptr = iv.data();
  params.iv_len = iv.size();
  params.iv_bits = 8 * iv.size();
  // The token reads it only.
  params.aad_ptr = reinterpret_cast<unsigned char*>(const_cast<char*>(what.data()));
  params.aad_len = what.size();
  params.tag_bits = 8 * kTagBytes;
  return params;
}

}  // namespace

struct TokenKey::Session {
  const std::unique_lock<std::mutex> alone{one_at_a_time};  // given up last
  TokenModules modules;
  CK_FUNCTION_LIST* module = nullptr;
  CK_SESSION_HANDLE handle = CK_INVALID_HANDLE;
  CK_OBJECT_HANDLE key = CK_INVALID_HANDLE;

  ~Session() {
    if (handle != CK_INVALID_HANDLE) module->C_CloseSession(handle);
  }
  Result<void> open(const P11KitUri* uri, ByteView pin);
  Result<CK_SLOT_ID> find_token(const P11KitUri* uri);
  Result<void> find_key(P11KitUri* uri);
  Result<void> check_key_stays() const;
};

// Exactly one: a PIN that is tried on another token counts against that one.
Result<CK_SLOT_ID> TokenKey::Session::find_token(const P11KitUri* uri) {
  std::optional<CK_SLOT_ID> found;
  for (CK_FUNCTION_LIST* one : modules.list()) {
    std::array<CK_SLOT_ID, kSlotsMax> slots{};
    CK_ULONG count = kSlotsMax;
    if (one->C_GetSlotList(CK_TRUE, slots.data(), &count) != CKR_OK) continue;
    for (CK_ULONG i = 0; i < count; ++i) {
      CK_TOKEN_INFO info{};
      if (one->C_GetTokenInfo(slots[i], &info) != CKR_OK ||
          (info.flags & CKF_TOKEN_INITIALIZED) == 0 ||
          p11_kit_uri_match_token_info(uri, &info) != 1)
        continue;
      if (found) return Error{Errc::conflict, "several tokens fit the URI"};
      module = one;
      found = slots[i];
    }
  }
  if (!found) return Error{Errc::not_found, "the token is not there"};
  return *found;
}

// A token may keep a key that it hands out to whoever asks: nothing would be won by it.
Result<void> TokenKey::Session::check_key_stays() const {
  CK_BBOOL sensitive = CK_FALSE, extractable = CK_TRUE;
  CK_ATTRIBUTE asked[] = {{CKA_SENSITIVE, &sensitive, sizeof sensitive},
                          {CKA_EXTRACTABLE, &extractable, sizeof extractable}};
  if (const CK_RV code = module->C_GetAttributeValue(handle, key, asked, 2); code != CKR_OK)
    return failed("the token does not say whether the key can be read", code);
  if (sensitive == CK_TRUE || extractable == CK_FALSE) return {};
  return Error{Errc::refused, "the key can be read out of the token: it must be sensitive"};
}

Result<void> TokenKey::Session::open(const P11KitUri* uri, ByteView pin) {
  ENGINE_TRY_VOID(modules.load(uri));
  ENGINE_TRY(slot, find_token(uri));
  if (const CK_RV code = module->C_OpenSession(slot, CKF_SERIAL_SESSION, nullptr, nullptr, &handle);
      code != CKR_OK) {
    handle = CK_INVALID_HANDLE;
    return failed("the token opens no session", code);
  }
  const CK_RV code =
      module->C_Login(handle, CKU_USER, const_cast<unsigned char*>(pin.data()), pin.size());
  switch (code) {
    case CKR_OK:
    case CKR_USER_ALREADY_LOGGED_IN:
      return {};
    case CKR_PIN_INCORRECT:
    case CKR_PIN_INVALID:
    case CKR_PIN_LEN_RANGE:
      return Error{Errc::refused, "the token does not take this PIN"};
    case CKR_PIN_LOCKED:
      return Error{Errc::refused, "the token is locked: its PIN was wrong too often"};
    default:
      return failed("the token lets nobody in", code);
  }
}

Result<void> TokenKey::Session::find_key(P11KitUri* uri) {
  CK_ULONG count = 0;
  const CK_ATTRIBUTE* given = p11_kit_uri_get_attributes(uri, &count);
  std::vector<CK_ATTRIBUTE> wanted(given, given + count);
  CK_OBJECT_CLASS secret = CKO_SECRET_KEY;
  std::erase_if(wanted, [](const CK_ATTRIBUTE& one) { return one.type == CKA_CLASS; });
  wanted.push_back({CKA_CLASS, &secret, sizeof secret});
  CK_RV code = module->C_FindObjectsInit(handle, wanted.data(), wanted.size());
  if (code != CKR_OK) return failed("the token shows no keys", code);
  std::array<CK_OBJECT_HANDLE, 2> found{};
  CK_ULONG got = 0;
  code = module->C_FindObjects(handle, found.data(), found.size(), &got);
  module->C_FindObjectsFinal(handle);
  if (code != CKR_OK) return failed("the token shows no keys", code);
  if (got == 0) return Error{Errc::not_found, "the key is not in the token"};
  if (got > 1) return Error{Errc::conflict, "several keys of the token fit the URI"};
  key = found[0];
  return {};
}

Result<std::string> token_pin_file(const std::string& text) {
  ENGINE_TRY(uri, parse_uri(text));
  if (p11_kit_uri_get_pin_value(uri.get()) != nullptr)
    return Error{Errc::malformed, "a PKCS#11 URI with the PIN in it: name a file by pin-source"};
  const char* pin_source = p11_kit_uri_get_pin_source(uri.get());
  std::string path = pin_source == nullptr ? "" : pin_source;
  if (path.starts_with("file:")) path = path.substr(5);
  if (!path.starts_with('/'))
    return Error{Errc::malformed, "a PKCS#11 URI without pin-source=file:/PATH"};
  return path;
}

TokenKey::TokenKey(std::unique_ptr<Session> session) : session_(std::move(session)) {}
TokenKey::~TokenKey() = default;

Result<std::unique_ptr<TokenKey>> TokenKey::open(const std::string& text, ByteView pin) {
  ENGINE_TRY(uri, parse_uri(text));
  auto session = std::make_unique<Session>();
  ENGINE_TRY_VOID(session->open(uri.get(), pin));
  ENGINE_TRY_VOID(session->find_key(uri.get()));
  return std::unique_ptr<TokenKey>{new TokenKey{std::move(session)}};
}

Result<Bytes> TokenKey::wrap(std::span<const std::uint8_t, 32> key, std::string_view what,
                             Random& random) {
  ENGINE_TRY_VOID(session_->check_key_stays());
  Bytes wrapped(kTokenWrappedBytes);
  random.fill(std::span{wrapped}.first(kIvBytes));
  CK_GCM_PARAMS params = gcm_params(std::span{wrapped}.first(kIvBytes), what);
  CK_MECHANISM mechanism{CKM_AES_GCM, &params, sizeof params};
  CK_FUNCTION_LIST* module = session_->module;
  CK_RV code = module->C_EncryptInit(session_->handle, &mechanism, session_->key);
  if (code == CKR_MECHANISM_INVALID) return Error{Errc::unsupported, "the token has no AES-GCM"};
  CK_ULONG bytes = wrapped.size() - kIvBytes;
  if (code == CKR_OK)
    code = module->C_Encrypt(session_->handle, const_cast<unsigned char*>(key.data()), key.size(),
                             wrapped.data() + kIvBytes, &bytes);
  if (code != CKR_OK) return failed("the token wraps nothing with this key", code);
  if (bytes != wrapped.size() - kIvBytes) return Error{Errc::io, "the token's answer: its length"};
  return wrapped;
}

Result<void> TokenKey::unwrap(ByteView wrapped, std::string_view what,
                              std::span<std::uint8_t, 32> out) {
  if (wrapped.size() != kTokenWrappedBytes) return Error{Errc::corrupt, "not a wrapped key"};
  Bytes copy(wrapped.begin(), wrapped.end());
  CK_GCM_PARAMS params = gcm_params(std::span{copy}.first(kIvBytes), what);
  CK_MECHANISM mechanism{CKM_AES_GCM, &params, sizeof params};
  CK_FUNCTION_LIST* module = session_->module;
  CK_RV code = module->C_DecryptInit(session_->handle, &mechanism, session_->key);
  if (code != CKR_OK) return failed("the token unwraps nothing with this key", code);
  // Some tokens want room for the tag too.
  std::array<std::uint8_t, kTokenWrappedBytes> plain{};
  const WipeGuard wiped{plain};
  CK_ULONG bytes = plain.size();
  code = module->C_Decrypt(session_->handle, copy.data() + kIvBytes, copy.size() - kIvBytes,
                           plain.data(), &bytes);
  if (code == CKR_DEVICE_ERROR || code == CKR_DEVICE_REMOVED || code == CKR_TOKEN_NOT_PRESENT)
    return failed("the token", code);
  if (code != CKR_OK || bytes != out.size())
    return Error{Errc::corrupt, "not wrapped by this key of the token, or altered"};
  std::copy_n(plain.begin(), out.size(), out.begin());
  return {};
}

}  // namespace stafett::crypto
