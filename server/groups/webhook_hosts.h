#pragma once
// WebhookHosts: where events may be pushed to: what whoever runs the server has named, and nothing
// else.
//
// Source:  RFC 3986; OWASP, server-side request forgery prevention.
// Threads: constant.
// Limits:  addresses of kWebhookUrlMax bytes.
//
// A host is named exactly, with its port (443 when none is said). What it is called decides, and
// then what it resolves to: never this machine (but for localhost, 127.0.0.1 and ::1, when named),
// the link (cloud metadata lies there), multicast or nothing. Private networks are allowed: a
// municipality's receivers live there, and somebody has named them.

#include <boost/asio/ip/address.hpp>
#include <set>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "server/auth/web_url.h"

namespace stafett::server {

inline constexpr std::size_t kWebhookUrlMax = 1024;

// https, or http for this machine. Errors: invalid_argument.
Result<WebUrl> parse_webhook_url(std::string_view text);
bool may_connect(const WebUrl& url, const boost::asio::ip::address& address);

class WebhookHosts final {
 public:
  // "receiver.stafett.example", "127.0.0.1:8090", "[::1]:8090". Errors: invalid_argument.
  static Result<WebhookHosts> of(const std::vector<std::string>& names);
  // Errors: invalid_argument (no such address), refused (not among those named).
  Result<WebUrl> allowed(std::string_view url) const;
  bool empty() const { return places_.empty(); }

 private:
  std::set<std::pair<std::string, std::string>> places_;  // host, port
};

}  // namespace stafett::server
