#include "server/stream/cloud_event.h"

#include <fmt/format.h>

#include <boost/json.hpp>

namespace stafett::server {

boost::json::object cloud_event(const boost::json::object& shown, Position position,
                                const std::string& source) {
  const std::string_view type = shown.at("type").as_string();
  return {{"specversion", "1.0"},
          {"id", shown.at("id")},
          {"source", source},
          {"type", fmt::format("no.stafett.{}.v1", type)},
          {"subject", shown.at("case")},
          {"time", shown.at("occurredAt")},
          {"sequence", fmt::format("{:020}", position.value())},
          {"datacontenttype", "application/json"},
          {"data", shown}};
}

}  // namespace stafett::server
