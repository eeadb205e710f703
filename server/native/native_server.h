#pragma once
// NativeServer: endpoints of the native stream, the threads that serve them, and a stop that lets
// what was handed to the log be answered.
//
// Threads:  owner only.
// Lifetime: logs, random and what `open` uses outlive the server; the logs are stopped after it.
//           The destructor stops it.

#include <memory>
#include <string>

#include "engine/base/random.h"
#include "server/native/event_source.h"
#include "server/native/native_figures.h"
#include "server/native/native_limits.h"

namespace stafett::server {
class TlsSlot;
}

namespace stafett::server::native {

struct NativeServerOptions {
  NativeLimits limits{};
  unsigned threads = 0;  // 0: one a core
  unsigned pool = 16;    // threads for what waits
};

class NativeServer final {
 public:
  NativeServer(const LogSet& logs, OpenSource open, Random& random, NativeServerOptions options);
  ~NativeServer();

  // As HttpServer::listen(): in clear of loopback only, else through TLS with the identity that the
  // slot has then.
  Result<std::uint16_t> listen(const std::string& endpoint,
                               std::shared_ptr<TlsSlot> identity = nullptr);
  void start();  // without an endpoint, no thread begins
  // Accepts nobody more, answers what the log has been handed, tells each client and closes. After
  // NativeLimits::drain_time the rest is closed. Whether everybody was told.
  bool stop();

  std::size_t connections() const;
  std::uint64_t ended() const;    // connections, since the start
  NativeFigures figures() const;  // from any thread

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace stafett::server::native
