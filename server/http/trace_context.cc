#include "server/http/trace_context.h"

#include <algorithm>

namespace stafett::server {
namespace {

bool is_hex(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool is_zero(std::string_view text) {
  return text.find_first_not_of('0') == std::string_view::npos;
}

}  // namespace

std::string_view trace_id(std::string_view traceparent) {
  constexpr std::size_t kVersion = 2, kTrace = 32, kParent = 16, kFlags = 2;
  constexpr std::size_t kSize = kVersion + 1 + kTrace + 1 + kParent + 1 + kFlags;
  if (traceparent.size() < kSize) return {};
  const std::string_view version = traceparent.substr(0, kVersion);
  const std::string_view trace = traceparent.substr(kVersion + 1, kTrace);
  const std::string_view parent = traceparent.substr(kVersion + 1 + kTrace + 1, kParent);
  const std::string_view flags = traceparent.substr(kSize - kFlags, kFlags);
  // A later version may go on after the flags, with a dash; this one may not.
  const bool ends = traceparent.size() == kSize || (version != "00" && traceparent[kSize] == '-');
  const bool dashes = traceparent[2] == '-' && traceparent[35] == '-' && traceparent[52] == '-';
  const bool valid = ends && dashes && is_hex(version) && version != "ff" && is_hex(trace) &&
                     !is_zero(trace) && is_hex(parent) && !is_zero(parent) && is_hex(flags);
  return valid ? trace : std::string_view{};
}

}  // namespace stafett::server
