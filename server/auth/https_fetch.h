#pragma once
// HttpsFetch: documents and forms over HTTPS, from a server whose certificate and name are
// verified; without encryption from this machine only. One request, one answer, no redirects, no
// cookies, no proxy.
//
// Source:   RFC 9110, RFC 9525 (names in certificates); OpenSSL verifies.
// Threads:  any.
// Limits:   HttpsFetchOptions.

#include <memory>

#include "server/auth/web_fetch.h"

namespace stafett::server {

struct HttpsFetchOptions {
  std::string ca_file;                         // PEM; empty: what the operating system trusts
  std::chrono::milliseconds deadline{10'000};  // of a whole question, but for looking up the name
  std::size_t body_bytes_max = 256 * 1024;
  std::uint32_t header_bytes_max = 16 * 1024;
};

class HttpsFetch final : public WebFetch {
 public:
  // Errors: invalid_argument (the file cannot be used), io.
  static Result<std::unique_ptr<HttpsFetch>> make(HttpsFetchOptions options);
  ~HttpsFetch() override;

  Result<FetchedDocument> get(const std::string& url) override;
  Result<FormAnswer> post(const std::string& url, const WebForm& form) override;
  void stop() override;

 private:
  struct Impl;
  explicit HttpsFetch(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace stafett::server
