#pragma once
// A member of a JSON object as text.

#include <boost/json/object.hpp>
#include <string>

namespace stafett::bti {

// Empty: there is none, or it is no string.
inline std::string member_text(const boost::json::object& from, std::string_view key) {
  const boost::json::value* value = from.if_contains(key);
  return value && value->is_string() ? std::string{value->get_string()} : std::string{};
}

}  // namespace stafett::bti
