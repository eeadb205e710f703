#include "server/http/message.h"

#include <algorithm>

namespace stafett::server {
namespace {

std::string lower(std::string_view text) {
  std::string out{text};
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

}  // namespace

void Headers::add(std::string_view name, std::string_view value) {
  all_.emplace_back(lower(name), std::string{value});
}

std::string_view Headers::find(std::string_view name) const {
  const std::string wanted = lower(name);
  const auto found = std::ranges::find(
      all_, wanted, [](const auto& one) -> const std::string& { return one.first; });
  return found == all_.end() ? std::string_view{} : std::string_view{found->second};
}

std::optional<std::string> HttpRequest::query_value(std::string_view name) const {
  const auto found =
      std::ranges::find(query, name, [](const auto& one) { return std::string_view{one.first}; });
  if (found == query.end()) return std::nullopt;
  return found->second;
}

}  // namespace stafett::server
