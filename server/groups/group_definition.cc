#include "server/groups/group_definition.h"

#include <algorithm>
#include <boost/json.hpp>

#include "engine/base/encoding.h"
#include "projections/catalogue/registry.h"

namespace stafett::server {

namespace {

Error wrong(const std::string& what) {
  return Error{Errc::invalid_argument, what};
}

Result<std::string> text_of(const boost::json::value& value, const char* name) {
  if (!value.is_string()) return wrong(std::string{name} + ": a text");
  return std::string{value.as_string()};
}

Result<std::string> from_of(const boost::json::value& value) {
  if (value.is_string() && (value.as_string() == "start" || value.as_string() == "now"))
    return std::string{value.as_string()};
  if (value.is_int64() && value.as_int64() >= 0) return std::to_string(value.as_int64());
  return wrong("from: \"start\", \"now\", or a position");
}

Result<std::uint32_t> count_of(const boost::json::value& value, const char* name,
                               std::int64_t most) {
  if (!value.is_int64() || value.as_int64() < 1 || value.as_int64() > most)
    return wrong(std::string{name} + ": 1 to " + std::to_string(most));
  return static_cast<std::uint32_t>(value.as_int64());
}

Result<std::set<std::string, std::less<>>> types_of(const boost::json::value& value) {
  const boost::json::array* all = value.if_array();
  if (!all || all->size() > kGroupTypesMax) return wrong("types: a list of event types");
  std::set<std::string, std::less<>> types;
  for (const boost::json::value& one : *all) {
    if (!one.is_string() || !bti::registry().find(std::string_view{one.as_string()}))
      return wrong("types: not of the catalogue");
    types.emplace(one.as_string());
  }
  return types;
}

}  // namespace

bool operator==(const GroupDefinition& one, const GroupDefinition& other) {
  return one.purpose.purpose == other.purpose.purpose && one.purpose.visit == other.purpose.visit &&
         one.purpose.service == other.purpose.service && one.types == other.types &&
         one.from == other.from && one.lease_s == other.lease_s && one.attempts == other.attempts &&
         one.window == other.window;
}

Result<GroupDefinition> parse_group_definition(const boost::json::value& json) {
  const boost::json::object* fields = json.if_object();
  if (!fields) return wrong("an object");
  GroupDefinition definition;
  for (const auto& [key, value] : *fields) {
    if (key == "purpose") {
      ENGINE_TRY(text, text_of(value, "purpose"));
      definition.purpose.purpose = text;
    } else if (key == "visit") {
      ENGINE_TRY(text, text_of(value, "visit"));
      definition.purpose.visit = text;
    } else if (key == "service") {
      ENGINE_TRY(text, text_of(value, "service"));
      definition.purpose.service = text;
    } else if (key == "types") {
      ENGINE_TRY(types, types_of(value));
      definition.types = types;
    } else if (key == "from") {
      ENGINE_TRY(from, from_of(value));
      definition.from = from;
    } else if (key == "lease") {
      ENGINE_TRY(count, count_of(value, "lease", 3600));
      definition.lease_s = count;
    } else if (key == "attempts") {
      ENGINE_TRY(count, count_of(value, "attempts", 1000));
      definition.attempts = count;
    } else if (key == "window") {
      ENGINE_TRY(count, count_of(value, "window", 1024));
      definition.window = count;
    } else {
      return wrong("it has a member that is not known");
    }
  }
  if (!is_well_formed(definition.purpose))
    return wrong("a purpose that the catalogue knows, a visit of one line");
  return definition;
}

boost::json::object to_json(const GroupDefinition& definition) {
  boost::json::object out{{"purpose", definition.purpose.purpose},
                          {"visit", definition.purpose.visit}};
  if (!definition.purpose.service.empty()) out["service"] = definition.purpose.service;
  if (!definition.types.empty()) {
    boost::json::array types;
    for (const std::string& one : definition.types) types.emplace_back(one);
    out["types"] = std::move(types);
  }
  if (const auto position = parse_decimal(definition.from))
    out["from"] = *position;
  else
    out["from"] = definition.from;
  out["lease"] = definition.lease_s;
  out["attempts"] = definition.attempts;
  out["window"] = definition.window;
  return out;
}

bool is_group_name(std::string_view name) {
  const auto is_word = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return !name.empty() && name.size() <= kGroupNameMax && is_word(name.front()) &&
         std::ranges::all_of(
             name, [&](char c) { return is_word(c) || c == '-' || c == '_' || c == '.'; });
}

bool is_reason(std::string_view text) {
  return !text.empty() && text.size() <= kReasonBytesMax && is_utf8(text) &&
         std::ranges::none_of(text, [](char c) { return (c >= 0 && c < ' ') || c == 0x7f; });
}

}  // namespace stafett::server
