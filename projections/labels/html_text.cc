#include "projections/labels/html_text.h"

namespace stafett::bti {

std::string escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '"')
      out += "&quot;";
    else if ((byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7f)
      out += '?';
    else
      out += c;
  }
  return out;
}

}  // namespace stafett::bti
