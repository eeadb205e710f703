#include "tests/engine/format/worked_page.h"

#include <fstream>

namespace stafett::format {

std::map<std::string, std::vector<std::string>> worked_blocks(const std::string& page) {
  std::ifstream file{std::string{STAFETT_SOURCE_DIR} + "/docs/formats/" + page};
  std::map<std::string, std::vector<std::string>> blocks;
  const std::string start = "<!-- worked: ";
  std::string line;
  while (std::getline(file, line)) {
    if (!line.starts_with(start)) continue;
    auto& lines = blocks[line.substr(start.size(), line.find(" -->") - start.size())];
    std::getline(file, line);  // the fence
    while (std::getline(file, line) && !line.starts_with("```"))
      lines.push_back(line.substr(0, line.find('#')));
  }
  return blocks;
}

std::string digits(const std::vector<std::string>& lines) {
  std::string out;
  for (const std::string& line : lines)
    for (const char c : line)
      if (c != ' ') out += c;
  return out;
}

}  // namespace stafett::format
