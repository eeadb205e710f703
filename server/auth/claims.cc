#include "server/auth/claims.h"

#include <algorithm>
#include <boost/json.hpp>

namespace stafett::server {
namespace {

using boost::json::object;

// Seconds since 1970, a whole number of a size that a clock can have.
std::optional<std::int64_t> seconds(const object& claims, std::string_view name) {
  constexpr std::int64_t kYear9999 = 253'402'300'799;
  const boost::json::value* found = claims.if_contains(name);
  if (!found || !found->is_int64()) return std::nullopt;
  const std::int64_t value = found->as_int64();
  if (value < 0 || value > kYear9999) return std::nullopt;
  return value;
}

Error bad_times(const char* why) {
  return Error{Errc::refused, why};
}

}  // namespace

const boost::json::string* text_claim(const object& claims, std::string_view name) {
  const boost::json::value* found = claims.if_contains(name);
  return found ? found->if_string() : nullptr;
}

bool is_for(const object& claims, std::string_view audience) {
  const boost::json::value* found = claims.if_contains("aud");
  if (!found) return false;
  if (const boost::json::string* one = found->if_string())
    return std::string_view{*one} == audience;
  const boost::json::array* several = found->if_array();
  return several && std::ranges::any_of(*several, [&](const boost::json::value& one) {
           return one.if_string() && std::string_view{*one.if_string()} == audience;
         });
}

std::vector<std::string> words_claim(const object& claims, std::string_view name) {
  std::vector<std::string> words;
  const boost::json::value* found = claims.if_contains(name);
  if (!found) return words;
  if (const boost::json::array* several = found->if_array()) {
    for (const boost::json::value& one : *several)
      if (one.if_string()) words.emplace_back(*one.if_string());
    return words;
  }
  const boost::json::string* text = found->if_string();
  std::string_view rest = text ? std::string_view{*text} : std::string_view{};
  while (!rest.empty()) {
    const std::string_view word = rest.substr(0, rest.find(' '));
    if (!word.empty()) words.emplace_back(word);
    rest.remove_prefix(std::min(rest.size(), word.size() + 1));
  }
  return words;
}

Result<TimeUs> expiry_of(const object& claims, const TimeBounds& bounds, TimeUs now) {
  const auto issued = seconds(claims, "iat");
  const auto expires = seconds(claims, "exp");
  if (!issued || !expires) return bad_times("without times");
  const std::int64_t at = now.value() / 1'000'000;
  const std::int64_t skew = bounds.skew.count();
  if (*expires <= at - skew) return bad_times("expired");
  if (*issued > at + skew) return bad_times("issued in the future");
  if (*expires - *issued > bounds.lifetime_max.count()) return bad_times("valid too long");
  if (claims.contains("nbf")) {
    const auto begins = seconds(claims, "nbf");
    if (!begins || *begins > at + skew) return bad_times("not valid yet");
  }
  return TimeUs{*expires * 1'000'000};
}

}  // namespace stafett::server
