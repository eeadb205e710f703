#pragma once
// The worked bytes of a page in docs/formats/: the page is the golden vector.

#include <map>
#include <string>
#include <vector>

namespace stafett::format {

// Name -> lines of the fenced block after each "<!-- worked: NAME -->". What follows a `#` is a
// comment, and cut off. Empty when there is no such page.
std::map<std::string, std::vector<std::string>> worked_blocks(const std::string& page);

// The lines without blanks, as one text.
std::string digits(const std::vector<std::string>& lines);

}  // namespace stafett::format
