#pragma once
// WebFetch: how this program gets a document of an issuer. A seam, so that tests need no network.

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

class WebFetch {
 public:
  virtual ~WebFetch() = default;
  // From any thread; waits, for a bounded time. Errors: io (not reached, not trusted, too slow, or
  // not answered with 200), too_large, refused (an address that is not to be asked).
  virtual Result<FetchedDocument> get(const std::string& url) = 0;
  virtual void stop() = 0;  // what waits now and later fails at once
};

}  // namespace stafett::server
