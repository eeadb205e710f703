#pragma once
// A member of a JSON object as text.

#include <boost/json/object.hpp>
#include <string>
#include <string_view>

namespace stafett::bti {

// Empty: not there, or no text.
inline std::string text_at(const boost::json::object& from, std::string_view key) {
  const boost::json::value* found = from.if_contains(key);
  return found && found->is_string() ? std::string{found->get_string()} : std::string{};
}

}  // namespace stafett::bti
