#pragma once
// Lines of a text whose every line ends in a newline.

#include <string_view>

#include "engine/base/result.h"

namespace stafett::transparency {

inline Error malformed(const char* why) {
  return Error{Errc::malformed, why};
}

// Takes the first line, without its newline. Errors: malformed (there is none, or it has no end).
inline Result<std::string_view> take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return malformed("text ends early");
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

}  // namespace stafett::transparency
