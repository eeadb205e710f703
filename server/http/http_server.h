#pragma once
// HttpServer: endpoints, the threads that serve them, and a stop that lets what is being answered
// be answered.
//
// Threads:  owner only; handlers run on the server's threads (Work).
// Lifetime: router, random and what the observer uses outlive the server. The destructor stops it.

#include <functional>
#include <memory>
#include <string>

#include "engine/base/random.h"
#include "engine/base/result.h"
#include "server/http/handshakes.h"
#include "server/http/limits.h"
#include "server/http/request_record.h"
#include "server/http/router.h"

namespace stafett::server {

class TlsSlot;  // server/tls/tls_identity.h

struct HttpServerOptions {
  HttpLimits limits{};
  RequestObserver observer;  // empty: nobody is told
  unsigned threads = 0;      // 0: one a core
  unsigned pool = 16;        // threads for handlers that wait
};

class HttpServer final {
 public:
  HttpServer(const Router& router, Random& random, HttpServerOptions options);
  ~HttpServer();

  // "127.0.0.1:8080", "[::1]:0": a port of 0 takes a free one. Only loopback, as it is not
  // encrypted. Returns the port. Errors: invalid_argument, io (in use, not allowed).
  Result<std::uint16_t> listen(const std::string& endpoint);
  // The same through TLS, at any address. Each new connection takes what is in the slot then.
  Result<std::uint16_t> listen(const std::string& endpoint, std::shared_ptr<TlsSlot> identity);
  void start();
  // Whether the threads that serve connections get to something new within that time: at least one
  // of them is not stuck. Not while it stops.
  bool is_alive(std::chrono::milliseconds longest);
  // Accepts nobody more, answers the requests that have come whole, closes. After
  // HttpLimits::drain_time the rest is closed; then it waits for handlers that still run, as what
  // they record must have an outcome. Whether all were answered.
  bool stop();

  std::size_t connections() const;
  std::uint64_t ended() const;  // connections, since the start
  HandshakeCounts handshakes() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace stafett::server
