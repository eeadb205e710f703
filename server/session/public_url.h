#pragma once
// PublicUrl: how browsers reach this server, as its configuration says: an origin and nothing more.
//
// Source:  RFC 6454 (origins), RFC 6749 section 3.1.2 (redirection endpoint).
// Threads: values.

#include <string>

#include "engine/base/result.h"

namespace stafett::server {

inline constexpr const char* kCallbackPath = "/session/callback";

struct PublicUrl {
  std::string origin;        // as browsers say it in `Origin`
  bool is_encrypted = true;  // else this machine's own
  // Where this issuer sends browsers back to: no other issuer is told of it.
  std::string callback(const std::string& issuer) const {
    return origin + kCallbackPath + '/' + issuer;
  }
};

// "https://stafett.example", "http://127.0.0.1:8080". Errors: invalid_argument.
Result<PublicUrl> parse_public_url(const std::string& text);

// A path of this server with a query, that a browser may be sent to: nothing that another server or
// program could be meant by. At most kReturnBytesMax.
inline constexpr std::size_t kReturnBytesMax = 512;
bool is_local_path(std::string_view text);

}  // namespace stafett::server
