#include "server/tls/tls_identity.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <ctime>
#include <string_view>

#include "engine/storage/files.h"
#include "server/tls/key_file.h"

namespace stafett::server {

namespace ssl = boost::asio::ssl;

namespace {

constexpr const char* kSuites =
    "TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256";
constexpr const char* kGroups = "X25519:P-256:P-384";
constexpr std::string_view kHttp11{"\x08http/1.1", 9};  // as in the extension: length, name

// Whoever speaks only other protocols is told so by the alert that RFC 7301 has for it.
int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_length,
                    const unsigned char* in, unsigned in_length, void*) {
  const auto* ours = reinterpret_cast<const unsigned char*>(kHttp11.data());
  const std::size_t step_max = in_length;
  for (std::size_t at = 0; at < step_max; at += std::size_t{in[at]} + 1) {
    const std::size_t length = std::size_t{in[at]} + 1;
    if (at + length > step_max) break;
    if (length == kHttp11.size() && std::equal(in + at, in + at + length, ours)) {
      *out = in + at + 1;
      *out_length = in[at];
      return SSL_TLSEXT_ERR_OK;
    }
  }
  return SSL_TLSEXT_ERR_ALERT_FATAL;
}

// A private key's text, which nothing is left of afterwards.
struct Wiped {
  explicit Wiped(Bytes& given) : bytes(given) {}
  ~Wiped() { OPENSSL_cleanse(bytes.data(), bytes.size()); }
  Wiped(const Wiped&) = delete;
  Wiped& operator=(const Wiped&) = delete;
  Bytes& bytes;
};

boost::asio::const_buffer buffer_of(const Bytes& bytes) {
  return {bytes.data(), bytes.size()};
}

}  // namespace

Result<std::shared_ptr<TlsIdentity>> TlsIdentity::load(const TlsFiles& files) {
  ENGINE_TRY_VOID(look_at_key_file(files.key));
  std::shared_ptr<TlsIdentity> identity;
  try {
    identity = std::shared_ptr<TlsIdentity>{new TlsIdentity};
  } catch (const boost::system::system_error& error) {
    return Error{Errc::io, error.code().message()};
  }
  ENGINE_TRY_VOID(identity->set_terms());
  ENGINE_TRY_VOID(identity->take(files));
  return identity;
}

Result<void> TlsIdentity::set_terms() {
  SSL_CTX* context = context_.native_handle();
  SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION |
                                   SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
  const bool all = SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) == 1 &&
                   SSL_CTX_set_ciphersuites(context, kSuites) == 1 &&
                   SSL_CTX_set1_groups_list(context, kGroups) == 1 &&
                   SSL_CTX_set_num_tickets(context, 0) == 1 &&
                   SSL_CTX_set_max_early_data(context, 0) == 1;
  if (!all) return Error{Errc::unsupported, "this OpenSSL lacks what the server asks of TLS 1.3"};
  return {};
}

Result<void> TlsIdentity::take(const TlsFiles& files) {
  ENGINE_TRY(chain, storage::posix_files().read(files.certificate, kPemBytesMax));
  ENGINE_TRY(key, storage::posix_files().read(files.key, kPemBytesMax));
  const Wiped wiped{key};
  boost::system::error_code error;
  try {
    // Else OpenSSL would ask at the terminal.
    context_.set_password_callback(
        [](std::size_t, ssl::context::password_purpose) { return std::string{}; });
  } catch (const boost::system::system_error& failed) {
    return Error{Errc::io, failed.code().message()};
  }
  context_.use_certificate_chain(buffer_of(chain), error);
  if (error)
    return Error{Errc::malformed, files.certificate + " holds no usable certificate in PEM"};
  context_.use_private_key(buffer_of(key), ssl::context::pem, error);
  if (error &&
      ERR_GET_REASON(static_cast<unsigned long>(error.value())) == X509_R_KEY_VALUES_MISMATCH)
    return Error{Errc::conflict, files.key + " is not the key of " + files.certificate};
  if (error || SSL_CTX_check_private_key(context_.native_handle()) != 1)
    return Error{Errc::malformed, files.key + " holds no usable private key in PEM"};
  return look_at_certificate(files.certificate);
}

Result<void> TlsIdentity::look_at_certificate(const std::string& path) {
  const X509* certificate = SSL_CTX_get0_certificate(context_.native_handle());
  std::tm until{};
  if (!certificate || ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &until) != 1)
    return Error{Errc::malformed, path + " does not say until when it is valid"};
  expires_at_ = timegm(&until);
  return {};
}

}  // namespace stafett::server
