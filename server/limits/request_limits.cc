#include "server/limits/request_limits.h"

#include <algorithm>
#include <boost/asio/ip/address.hpp>

namespace stafett::server {

namespace ip = boost::asio::ip;

RequestLimits::RequestLimits(const LoadLimits& limits, Clock& clock)
    : limits_(limits),
      persons_({limits.person_rate, limits.person_burst}, clock),
      addresses_({limits.address_rate, limits.address_burst}, clock),
      streams_(std::make_shared<Streams>()) {}

std::optional<std::uint32_t> RequestLimits::ask_as_person(const std::string& person) {
  return persons_.take(person);
}

std::optional<std::uint32_t> RequestLimits::ask_from(const std::string& address) {
  return addresses_.take(network_of(address));
}

StreamLease RequestLimits::begin_stream(const std::string& person) {
  const std::lock_guard lock{streams_->mutex};
  if (streams_->count >= limits_.streams_max) return nullptr;
  std::size_t& open = streams_->open[person];
  if (open >= limits_.streams_per_person_max) return nullptr;
  ++open;
  ++streams_->count;
  return {streams_.get(), [streams = streams_, person](const void*) {
            const std::lock_guard again{streams->mutex};
            --streams->count;
            const auto found = streams->open.find(person);
            if (--found->second == 0) streams->open.erase(found);
          }};
}

std::string RequestLimits::streams_allowed() const {
  return "at most " + std::to_string(limits_.streams_per_person_max) +
         " streams and waiting takes of one person at once, and " +
         std::to_string(limits_.streams_max) + " of all";
}

std::string network_of(const std::string& address) {
  boost::system::error_code error;
  const ip::address parsed = ip::make_address(address, error);
  if (error) return address;
  if (parsed.is_v4()) return parsed.to_string();
  const ip::address_v6 v6 = parsed.to_v6();
  if (v6.is_v4_mapped()) return ip::make_address_v4(ip::v4_mapped, v6).to_string();
  ip::address_v6::bytes_type bytes = v6.to_bytes();
  std::fill(bytes.begin() + 8, bytes.end(), std::uint8_t{0});
  return ip::address_v6{bytes}.to_string();
}

}  // namespace stafett::server
