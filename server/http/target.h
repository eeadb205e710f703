#pragma once
// The target of a request: path and query, decoded.
//
// Source: RFC 9112 3.2.1 (origin form), RFC 3986.
// Limits: kTargetBytesMax bytes, kSegmentsMax segments, kQueryMax parameters.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/result.h"

namespace stafett::server {

inline constexpr std::size_t kTargetBytesMax = 4096;
inline constexpr std::size_t kSegmentsMax = 32;
inline constexpr std::size_t kQueryMax = 32;

struct Target {
  std::vector<std::string> path;
  std::vector<std::pair<std::string, std::string>> query;
};

// Errors: malformed. A segment that is empty, ".", "..", or has a slash or a zero byte in it once
// decoded is malformed: no handler must think of such.
Result<Target> parse_target(std::string_view text);

}  // namespace stafett::server
