#pragma once
// ServedListeners: where a server listens, as its configuration has it, and the certificates it
// shows there, which can be exchanged while it runs.
//
// Threads:  owner only, except figures().
// Lifetime: outlives the server that listens.

#include <memory>
#include <string>
#include <vector>

#include "server/config/server_config.h"
#include "server/http/http_server.h"
#include "server/native/native_server.h"
#include "server/observe/metrics.h"
#include "server/tls/tls_identity.h"

namespace stafett::tools {

class ServedListeners final {
 public:
  // Loads all certificates. Errors: as TlsIdentity::load.
  static Result<ServedListeners> open(const server::ServerConfig& config);

  // Errors: as HttpServer::listen.
  Result<void> listen(server::HttpServer& http, server::native::NativeServer& native);
  // "https://[::]:8443", with the port that was taken.
  const std::vector<std::string>& bases() const { return bases_; }
  // "stafetts://[::]:9443": of the native stream.
  const std::vector<std::string>& native_bases() const { return native_bases_; }

  // Reads the certificates anew, from where `config` has them now for the same addresses. One that
  // cannot be used, or has expired, changes nothing at its address. A line for each address that
  // has a certificate.
  struct Outcome {
    std::string address;
    Result<void> taken;
  };
  std::vector<Outcome> reload(const server::ServerConfig& config, Clock& clock);

  // Until when each certificate is valid.
  std::vector<server::CertificateFigure> figures() const;

 private:
  struct One {
    server::ListenerSection section;
    std::shared_ptr<server::TlsSlot> slot;  // null: in clear
  };
  std::vector<One> all_;  // Constant once open; slots guard themselves.
  std::vector<std::string> bases_, native_bases_;
};

}  // namespace stafett::tools
