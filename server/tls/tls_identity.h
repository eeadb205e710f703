#pragma once
// TlsIdentity: a certificate chain with its private key, and the terms on which the server shakes
// hands with it. TlsSlot: the one that new handshakes take, to be replaced while the server runs.
//
// Source:   RFC 8446 (TLS 1.3), RFC 7301 (ALPN), RFC 9325 (recommendations).
// Threads:  any. An identity is made once and then only read; a connection keeps its own.
//
// TLS 1.3 and nothing older, so there is no renegotiation and no compression. No tickets and no
// session cache: a resumed session would outlive a certificate that was replaced, and a handshake
// costs us little. No early data, which could be replayed. ALPN is http/1.1, or absent.

#include <boost/asio/ssl/context.hpp>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "engine/base/result.h"

namespace stafett::server {

inline constexpr std::size_t kPemBytesMax = std::size_t{1} << 18;

// Paths of PEM files: the certificate followed by its chain, and the key without a passphrase.
struct TlsFiles {
  std::string certificate;
  std::string key;
};

class TlsIdentity final {
 public:
  // The key's file is of this user or root, and neither read nor written by others, nor written by
  // its group. Errors: not_found, io, too_large, malformed (no PEM of that kind, or a passphrase is
  // asked for), refused (others may read the key), conflict (the key is not the certificate's).
  // The detail names the file.
  static Result<std::shared_ptr<TlsIdentity>> load(const TlsFiles& files);

  boost::asio::ssl::context& context() { return context_; }
  std::int64_t expires_at() const { return expires_at_; }  // seconds since 1970

 private:
  TlsIdentity() : context_(boost::asio::ssl::context::tls_server) {}
  Result<void> set_terms();
  Result<void> take(const TlsFiles& files);
  Result<void> look_at_certificate(const std::string& path);

  boost::asio::ssl::context context_;
  std::int64_t expires_at_ = 0;
};

class TlsSlot final {
 public:
  explicit TlsSlot(std::shared_ptr<TlsIdentity> identity) : identity_(std::move(identity)) {}
  std::shared_ptr<TlsIdentity> get() const {
    const std::lock_guard lock{mutex_};
    return identity_;
  }
  void replace(std::shared_ptr<TlsIdentity> identity) {
    const std::lock_guard lock{mutex_};
    identity_ = std::move(identity);
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<TlsIdentity> identity_;  // Guarded by mutex_.
};

}  // namespace stafett::server
