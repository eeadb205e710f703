#pragma once
// WebFetch: how this program asks an issuer for a document, or sends it a form. A seam, so that
// tests need no network.

#include <chrono>
#include <optional>
#include <string>

#include "engine/base/result.h"

namespace stafett::server {

struct FetchedDocument {
  std::string body;
  // How long its sender says that it may be kept (Cache-Control): absent, it says nothing.
  std::optional<std::chrono::seconds> keep;
};

struct WebForm {
  std::string body;
  std::string authorization;  // the header; empty: none
  std::string type = "application/x-www-form-urlencoded";
};
struct FormAnswer {
  unsigned status = 0;
  std::string body;
};

class WebFetch {
 public:
  virtual ~WebFetch() = default;
  // From any thread; waits, for a bounded time. Errors: io (not reached, not trusted, too slow, or
  // not answered with 200), too_large, refused (an address that is not to be asked).
  virtual Result<FetchedDocument> get(const std::string& url) = 0;
  // Whatever the status. Errors: as get().
  virtual Result<FormAnswer> post(const std::string& url, const WebForm& form) = 0;
  virtual void stop() = 0;  // what waits now and later fails at once
};

}  // namespace stafett::server
