#include "projections/scenario/event_data.h"

#include <boost/json.hpp>

#include "engine/base/encoding.h"
#include "engine/crypto/sha256.h"

namespace stafett::bti {
namespace {

using boost::json::object;
using boost::json::value;
// The text that takes the place of a field's string; empty: it stays.
using Replace = std::function<std::optional<std::string>(FieldType, std::string_view)>;

value replaced(const value& from, FieldType type, const Replace& replace) {
  if (const boost::json::array* list = from.if_array()) {
    boost::json::array out;
    for (const value& one : *list)
      out.push_back(one.is_string() ? replaced(one, type, replace) : one);
    return out;
  }
  const boost::json::string* text = from.if_string();
  const std::optional<std::string> other = text ? replace(type, *text) : std::nullopt;
  return other ? value(*other) : from;
}

// `target`: the type whose fields an EntryCorrected changes.
object in_fields(const EventInfo* info, const object& data, const EventInfo* target,
                 const Replace& replace) {
  if (!info) return data;
  object out;
  for (const auto& [key, one] : data) {
    const FieldInfo* field = info->field(key);
    if (!field)
      out[key] = one;
    else if (field->object == ObjectKind::changes && one.is_object())
      out[key] = in_fields(target, one.get_object(), nullptr, replace);
    else if (field->object == ObjectKind::profile && one.is_object()) {
      object changes = one.get_object();
      if (value* closed = changes.if_contains("extraClosedDays"))
        *closed = replaced(*closed, FieldType::DATE, replace);
      out[key] = std::move(changes);
    } else {
      out[key] = replaced(one, field->type, replace);
    }
  }
  return out;
}

}  // namespace

EventId scenario_event_id(std::string_view label) {
  const Hash hash = crypto::sha256({as_bytes("stafett/scenario/event/"), as_bytes(label)});
  std::array<std::uint8_t, 16> id{};
  std::copy_n(hash.data(), id.size(), id.begin());
  // The version for ids of one's own making (RFC 9562 section 5.8), and the variant.
  id[6] = static_cast<std::uint8_t>((id[6] & 0x0f) | 0x80);
  id[8] = static_cast<std::uint8_t>((id[8] & 0x3f) | 0x80);
  return EventId{id};
}

object event_data(const std::string& type, const object& data, const ScenarioDays& days,
                  const TypeNamed& type_named) {
  const value* target = data.if_contains("target");
  const EventInfo* target_info =
      target && target->is_string() ? registry().find(type_named(target->get_string())) : nullptr;
  return in_fields(registry().find(std::string_view{type}), data, target_info,
                   [&](FieldType field, std::string_view text) -> std::optional<std::string> {
                     if (field == FieldType::DATE) return days.date_text(text);
                     if (field == FieldType::TIME) return days.time_text(text);
                     if (field != FieldType::EVENT) return std::nullopt;
                     return to_uuid_text(scenario_event_id(text).view());
                   });
}

}  // namespace stafett::bti
