#include "engine/log/witness/sized_files.h"

#include <algorithm>

#include "engine/base/encoding.h"

namespace stafett::log {
namespace {

constexpr std::size_t kSizeDigits = 20;

std::optional<TreeSize> size_of_name(std::string_view name) {
  if (name.size() != kSizeDigits) return std::nullopt;
  const std::size_t first = std::min(name.find_first_not_of('0'), kSizeDigits - 1);
  const auto number = parse_decimal(name.substr(first));
  return number ? std::optional{TreeSize{*number}} : std::nullopt;
}

}  // namespace

std::string sized_name(TreeSize size) {
  const std::string digits = std::to_string(size.value());
  return std::string(kSizeDigits - digits.size(), '0') + digits;
}

Result<std::vector<TreeSize>> sized_files(storage::Files& files, const std::string& directory) {
  ENGINE_TRY(there, files.exists(directory));
  std::vector<TreeSize> sizes;
  if (!there) return sizes;
  ENGINE_TRY(names, files.list(directory));
  for (const std::string& name : names) {
    if (name == "lock" || name.ends_with(".new")) continue;
    const auto size = size_of_name(name);
    if (!size) return Error{Errc::corrupt, directory + "/" + name + ": not a size"};
    sizes.push_back(*size);
  }
  return sizes;
}

}  // namespace stafett::log
