#pragma once
// Web addresses that this program itself asks: their parts, and which it may ask.
//
// Source: RFC 3986.

#include <optional>
#include <string>
#include <string_view>

namespace stafett::server {

struct WebUrl {
  bool encrypted = false;  // https
  std::string host;        // in lower case; an IPv6 address without brackets
  std::string port;
  std::string target;     // path and query, never empty
  std::string authority;  // as in a Host header
};

// Only http and https, with a host, without a user or a fragment; at most 2 048 bytes.
std::optional<WebUrl> parse_web_url(std::string_view text);

// Encrypted, or on this machine.
bool is_safe(const WebUrl& url);
// As a value in a query or a form: all but letters, digits and -._~ is escaped.
std::string percent_encoded(std::string_view text);

bool is_same_place(const WebUrl& one, const WebUrl& other);  // scheme, host and port

}  // namespace stafett::server
