#include "tools/input_file.h"

#include <fstream>
#include <iostream>

namespace stafett::tools {

Result<std::string> read_input(const std::string& path, std::size_t bytes_max) {
  std::ifstream file;
  const bool is_stdin = path.empty() || path == "-";
  if (!is_stdin) file.open(path, std::ios::binary);
  if (!is_stdin && !file) return Error{Errc::not_found, path};
  std::istream& in = is_stdin ? std::cin : file;
  std::string text(bytes_max + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (in.bad()) return Error{Errc::io, path};
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > bytes_max) return Error{Errc::too_large, path};
  return text;
}

}  // namespace stafett::tools
