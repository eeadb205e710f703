#pragma once
// LocalIssuer: a log's own issuer of short tokens, for trying out on the machine that has the keys.
// Whoever can read its key file can be anybody, so its tokens are taken on loopback only.
//
// Threads:  any.
//
// The key is DIR.keys/local-issuer.jwk, mode 0600, made when it is first needed.

#include <boost/json/object.hpp>
#include <chrono>
#include <string>

#include "engine/base/random.h"
#include "engine/log/keeping/directory_layout.h"
#include "engine/storage/files.h"
#include "server/auth/access_token.h"

namespace stafett::server {

class LocalIssuer final {
 public:
  static constexpr std::chrono::seconds kLifetime{900};

  // Errors: corrupt (the file is no key), io.
  static Result<LocalIssuer> open(storage::Files& files, const log::LogPaths& paths,
                                  const std::string& origin);

  // What a verifier believes of it.
  TokenIssuer trust() const;
  // `person`: by label. Valid for kLifetime. Errors: corrupt.
  Result<std::string> token_for(const std::string& person, TimeUs now, Random& random) const;

 private:
  LocalIssuer(boost::json::object jwk, std::string origin)
      : jwk_(std::move(jwk)), origin_(std::move(origin)) {}
  boost::json::object jwk_;
  std::string origin_;
};

}  // namespace stafett::server
