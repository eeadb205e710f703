#include "tools/show_event.h"

#include <boost/json/serialize.hpp>

namespace stafett::tools {

std::string event_line(const boost::json::object& event) {
  const auto text = [&](const char* key) {
    const boost::json::value* found = event.if_contains(key);
    return found && found->is_string() ? std::string{found->get_string()} : std::string{"-"};
  };
  // As a reporting consumer gets it, an event has a week and no place.
  const std::string data = boost::json::serialize(event.at("data")) + "\n";
  if (event.contains("week")) return text("week") + "  " + text("type") + "  " + data;
  return boost::json::serialize(event.at("position")) + "  " + text("occurredAt") + "  " +
         text("type") + "  by " + text("actor") +
         (event.contains("standing") ? " (" + text("standing") + ")" : "") + "  " + data;
}

}  // namespace stafett::tools
