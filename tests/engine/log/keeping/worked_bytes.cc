#include "tests/engine/log/keeping/worked_bytes.h"

#include <fstream>

#include "engine/base/encoding.h"

namespace stafett::log {

Bytes worked_bytes(const std::string& page, const std::string& name) {
  std::ifstream file{std::string{STAFETT_SOURCE_DIR} + "/docs/formats/" + page};
  std::string line;
  while (std::getline(file, line) && line != "<!-- worked: " + name + " -->") continue;
  std::getline(file, line);  // the fence
  std::string digits;
  while (std::getline(file, line) && !line.starts_with("```"))
    for (const char c : line.substr(0, line.find('#')))
      if (c != ' ') digits += c;
  return from_hex(digits).value_or(Bytes{});
}

}  // namespace stafett::log
