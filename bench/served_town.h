#pragma once
// ServedTown: a town whose log is served on loopback, by the classes that `stafett serve` is made
// of, to an auditor within a grant for all cases.
//
// Threads:  owner only.

#include "bench/stream_readers.h"
#include "bench/town.h"
#include "server/auth/local_issuer.h"
#include "server/http/http_server.h"
#include "server/logs/log_set.h"
#include "server/native/native_server.h"

namespace stafett::bench {

class ServedTown final {
 public:
  // A new one. Errors: those of Town::open(), refused (a rule), io.
  static Result<std::unique_ptr<ServedTown>> open(const TownOptions& options);
  ~ServedTown();
  ServedTown(const ServedTown&) = delete;
  ServedTown& operator=(const ServedTown&) = delete;

  Town& town() { return *town_; }
  std::uint64_t size() const { return town_->size(); }
  std::uint16_t native_port() const { return native_port_; }
  std::uint16_t http_port() const { return http_port_; }
  const crypto::SigningKey& key() const { return auditor_->key(); }
  Result<std::string> token() const;  // of the auditor, for 15 minutes

 private:
  explicit ServedTown(std::unique_ptr<Town> town) : town_(std::move(town)) {}
  Result<void> appoint();
  Result<void> serve();

  mutable crypto::SystemRandom random_;
  mutable SystemClock clock_;
  const std::unique_ptr<Town> town_;
  std::shared_ptr<const log::Signer> auditor_;
  std::optional<server::LocalIssuer> issuer_;
  server::LogSet logs_;
  server::Router router_;
  std::unique_ptr<server::HttpServer> http_;
  std::unique_ptr<server::native::NativeServer> native_;
  std::uint16_t native_port_ = 0, http_port_ = 0;
};

}  // namespace stafett::bench
