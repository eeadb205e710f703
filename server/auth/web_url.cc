#include "server/auth/web_url.h"

#include <algorithm>
#include <boost/url/encode.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>
#include <boost/url/url_view.hpp>

namespace stafett::server {

std::optional<WebUrl> parse_web_url(std::string_view text) {
  constexpr std::size_t kBytesMax = 2048;
  if (text.size() > kBytesMax) return std::nullopt;
  const auto parsed = boost::urls::parse_uri(text);
  if (!parsed || parsed->has_userinfo() || parsed->has_fragment()) return std::nullopt;
  if (parsed->scheme_id() != boost::urls::scheme::http &&
      parsed->scheme_id() != boost::urls::scheme::https)
    return std::nullopt;
  WebUrl url;
  url.encrypted = parsed->scheme_id() == boost::urls::scheme::https;
  url.host = std::string{parsed->host_address()};
  std::ranges::transform(url.host, url.host.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? char(c | 0x20) : c; });
  if (url.host.empty() || url.host.find('\0') != std::string::npos) return std::nullopt;
  url.port = std::string{parsed->port()};
  if (url.port.empty()) url.port = url.encrypted ? "443" : "80";
  url.authority = std::string{parsed->encoded_host_and_port()};
  url.target = std::string{parsed->encoded_path()};
  // Boost.URL 1.81 ends a host after what looks like an address, whatever comes next.
  if (!url.target.empty() && !url.target.starts_with('/')) return std::nullopt;
  if (url.target.empty()) url.target = "/";
  if (parsed->has_query()) url.target += "?" + std::string{parsed->encoded_query()};
  return url;
}

std::string percent_encoded(std::string_view text) {
  return boost::urls::encode(text, boost::urls::unreserved_chars);
}

bool is_safe(const WebUrl& url) {
  return url.encrypted || url.host == "localhost" || url.host == "127.0.0.1" || url.host == "::1";
}

bool is_same_place(const WebUrl& one, const WebUrl& other) {
  return one.encrypted == other.encrypted && one.host == other.host && one.port == other.port;
}

}  // namespace stafett::server
