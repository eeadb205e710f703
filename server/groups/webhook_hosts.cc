#include "server/groups/webhook_hosts.h"

#include "engine/base/encoding.h"

namespace stafett::server {

namespace ip = boost::asio::ip;

namespace {

Error no_address(const std::string& why) {
  return Error{Errc::invalid_argument, "not an address to push to: " + why};
}

bool is_port(std::string_view text) {
  const auto number = parse_decimal(text);
  return number && *number >= 1 && *number <= 65'535;
}

bool is_of_this_machine(const WebUrl& url) {
  return url.host == "localhost" || url.host == "127.0.0.1" || url.host == "::1";
}

bool is_link_local(const ip::address& address) {
  if (address.is_v6()) return address.to_v6().is_link_local();
  const auto bytes = address.to_v4().to_bytes();
  return bytes[0] == 169 && bytes[1] == 254;
}

}  // namespace

Result<WebUrl> parse_webhook_url(std::string_view text) {
  if (text.size() > kWebhookUrlMax) return no_address("too long");
  const auto url = parse_web_url(text);
  if (!url || !is_port(url->port)) return no_address("it cannot be read");
  if (!is_safe(*url)) return no_address("https, but for this machine");
  return *url;
}

bool may_connect(const WebUrl& url, const ip::address& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    return may_connect(url, ip::make_address_v4(ip::v4_mapped, address.to_v6()));
  if (is_of_this_machine(url)) return address.is_loopback();
  return !address.is_loopback() && !address.is_unspecified() && !address.is_multicast() &&
         !is_link_local(address);
}

Result<WebhookHosts> WebhookHosts::of(const std::vector<std::string>& names) {
  WebhookHosts hosts;
  for (const std::string& name : names) {
    const Result<WebUrl> url = parse_webhook_url("https://" + name);
    if (!url || url->target != "/" || name.find_first_of("/?") != std::string::npos)
      return Error{Errc::invalid_argument, "a host to push to is HOST or HOST:PORT, not " + name};
    hosts.places_.emplace(url->host, url->port);
  }
  return hosts;
}

Result<WebUrl> WebhookHosts::allowed(std::string_view text) const {
  ENGINE_TRY(url, parse_webhook_url(text));
  if (places_.count({url.host, url.port}) == 0)
    return Error{Errc::refused, "this server does not push events to that host and port"};
  return url;
}

}  // namespace stafett::server
