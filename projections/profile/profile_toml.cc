#include <toml++/toml.h>

#include "projections/profile/profile_view.h"

namespace stafett::bti {

namespace json = boost::json;

namespace {

constexpr std::size_t kDepthMax = 4;  // levelNames holds tables of strings; nothing is deeper

// Null for what no profile key can be (floats, times): with_changes() then names the key.
json::value to_value(const toml::node& node, std::size_t depth) {
  if (depth > kDepthMax) return nullptr;
  if (const auto* text = node.as_string()) return json::string(text->get());
  if (const auto* number = node.as_integer()) return number->get();
  if (const auto* flag = node.as_boolean()) return flag->get();
  if (const auto* date = node.as_date()) {
    const auto day = Date::from_ymd(date->get().year, date->get().month, date->get().day);
    if (day) return json::string(day->to_text());
  }
  if (const auto* list = node.as_array()) {
    json::array out;
    for (const auto& item : *list) out.push_back(to_value(item, depth + 1));
    return out;
  }
  if (const auto* table = node.as_table()) {
    json::object out;
    for (const auto& [key, value] : *table)
      out.emplace(json::string_view{key.str().data(), key.str().size()},
                  to_value(value, depth + 1));
    return out;
  }
  return nullptr;
}

}  // namespace

Result<json::object> changes_from_toml(std::string_view text) {
  toml::table table;
  try {
    table = toml::parse(text);
  } catch (const toml::parse_error& error) {
    return Error{Errc::malformed, "line " + std::to_string(error.source().begin.line) + ": " +
                                      std::string{error.description()}};
  }
  return to_value(table, 0).as_object();
}

Result<Profile> profile_from_toml(std::string_view text) {
  ENGINE_TRY(changes, changes_from_toml(text));
  auto profile = with_changes(Profile{}, changes);
  if (!profile) return Error{Errc::invalid_argument, profile.error().detail};
  return std::move(*profile);
}

}  // namespace stafett::bti
