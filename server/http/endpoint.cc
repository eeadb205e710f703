#include "server/http/endpoint.h"

#include <charconv>

namespace stafett::server {

Result<Endpoint> parse_endpoint(const std::string& text) {
  const Error wrong{Errc::invalid_argument, "'" + text + "' is not ADDRESS:PORT"};
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos) return wrong;
  std::string host = text.substr(0, colon);
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  if (host == "localhost") host = "127.0.0.1";
  const std::string port = text.substr(colon + 1);
  Endpoint endpoint;
  const auto [end, code] = std::from_chars(port.data(), port.data() + port.size(), endpoint.port);
  if (code != std::errc{} || end != port.data() + port.size()) return wrong;
  boost::system::error_code error;
  endpoint.address = boost::asio::ip::make_address(host, error);
  if (error || endpoint.address.is_v6() != bracketed) return wrong;
  return endpoint;
}

}  // namespace stafett::server
