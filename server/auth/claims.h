#pragma once
// Claims of a token, read without trusting their types.
//
// Source: RFC 7519 section 4.1.

#include <boost/json/object.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/clock.h"
#include "engine/base/result.h"

namespace stafett::server {

// Null: absent, or not a text.
const boost::json::string* text_claim(const boost::json::object& claims, std::string_view name);

// `aud` is this text, or a list that has it.
bool is_for(const boost::json::object& claims, std::string_view audience);

// The words of a text that blanks separate, or the texts of a list.
std::vector<std::string> words_claim(const boost::json::object& claims, std::string_view name);

struct TimeBounds {
  std::chrono::seconds skew;          // of clocks
  std::chrono::seconds lifetime_max;  // from `iat` to `exp`
};
// When it expires. Errors: refused (without times, expired, not yet valid, valid too long).
Result<TimeUs> expiry_of(const boost::json::object& claims, const TimeBounds& bounds, TimeUs now);

}  // namespace stafett::server
