#include "projections/catalogue/field_writer.h"

#include <algorithm>

#include "engine/base/clock.h"
#include "engine/base/encoding.h"
#include "projections/calendar/calendar.h"
#include "projections/catalogue/atoms.h"

namespace stafett::bti {

namespace json = boost::json;

namespace {

using Id16 = std::array<std::uint8_t, 16>;

capnp::Data::Reader data_of(const Id16& id) {
  return {id.data(), id.size()};
}

std::string_view text_of(const json::string& text) {
  return {text.data(), text.size()};
}

bool is_id(FieldType type) {
  return type == FieldType::PERSON || type == FieldType::CASE || type == FieldType::EVENT;
}

// Index of the first item that repeats an earlier one.
template <class Item>
std::optional<std::size_t> repeated(const std::vector<Item>& items) {
  constexpr std::size_t kQuadraticMax = 16;
  if (items.size() <= kQuadraticMax) {
    for (std::size_t i = 1; i < items.size(); ++i)
      if (std::find(items.begin(), items.begin() + static_cast<std::ptrdiff_t>(i), items[i]) !=
          items.begin() + static_cast<std::ptrdiff_t>(i))
        return i;
    return std::nullopt;
  }
  std::vector<std::pair<Item, std::size_t>> sorted;
  sorted.reserve(items.size());
  for (std::size_t i = 0; i < items.size(); ++i) sorted.emplace_back(items[i], i);
  std::sort(sorted.begin(), sorted.end());
  std::optional<std::size_t> first;
  for (std::size_t i = 1; i < sorted.size(); ++i)
    if (sorted[i].first == sorted[i - 1].first)
      first = std::min(first.value_or(items.size()), sorted[i].second);
  return first;
}

}  // namespace

std::string pointer_token(std::string_view key) {
  constexpr std::size_t kTokenMax = 100;
  std::string out;
  for (const char c : key.substr(0, kTokenMax)) {
    if (c == '~')
      out += "~0";
    else if (c == '/')
      out += "~1";
    else
      out += c;
  }
  return out;
}

bool FieldWriter::fail(std::string pointer, std::string detail) {
  fault_.pointer = std::move(pointer);
  fault_.detail = std::move(detail);
  return false;
}

std::nullopt_t FieldWriter::bad(std::string_view problem) {
  std::string pointer{at_};
  pointer.append("/").append(field_name_);
  if (item_) pointer.append("/").append(std::to_string(*item_));
  std::string detail{field_name_};
  detail.append(" ").append(problem);
  fail(std::move(pointer), std::move(detail));
  return std::nullopt;
}

std::optional<std::string_view> FieldWriter::string_of(const json::value& value) {
  const json::string* text = value.if_string();
  if (text == nullptr) return bad(value.is_null() ? "is null" : "is not a string");
  return text_of(*text);
}

Id16 FieldWriter::person(std::string_view label) {
  const Resolved<ActorId> found = context_.person(label);
  if (found.is_new) labels_.push_back({LabelKind::person, found.id.array(), std::string{label}});
  return found.id.array();
}

Id16 FieldWriter::case_id(std::string_view label) {
  const Resolved<SubjectId> found = context_.case_id(label);
  if (found.is_new) labels_.push_back({LabelKind::case_, found.id.array(), std::string{label}});
  return found.id.array();
}

std::optional<Id16> FieldWriter::id_of(FieldType type, const json::value& value) {
  const auto text = string_of(value);
  if (!text) return std::nullopt;
  if (type == FieldType::EVENT) {
    const auto event = context_.event(*text);
    if (!event) return bad("is no event id");
    return event->array();
  }
  if (Problem problem = local_id_problem(*text)) return bad(problem);
  return type == FieldType::PERSON ? person(*text) : case_id(*text);
}

bool FieldWriter::write(const FieldInfo& field, const json::value& value, StructEdit body,
                        std::string_view at) {
  at_ = at;
  field_name_ = field.name;
  item_.reset();
  if (value.is_null()) return bad_field("is null");
  if (field.list) return write_list(field, value, body);
  if (field.type == FieldType::OBJECT) return write_object(field, value, body);
  if (is_id(field.type)) return write_id(field, value, body);
  if (field.type == FieldType::DIGEST) return write_digest(field, value, body);
  if (field.is_pointer) return write_string(field, value, body);
  return write_scalar(field, value, body);
}

bool FieldWriter::write_scalar(const FieldInfo& field, const json::value& value, StructEdit& body) {
  switch (field.type) {
    case FieldType::BOOL:
      if (!value.is_bool()) return bad_field("is not true or false");
      body.set_scalar(field, static_cast<std::uint64_t>(value.get_bool() ? schema::Flag::YES
                                                                         : schema::Flag::NO));
      return true;
    case FieldType::INT:
      return write_int(field, value, body);
    case FieldType::DATE:
      return write_date(field, value, body);
    case FieldType::TIME:
      return write_time(field, value, body);
    default:
      return write_enum(field, value, body);
  }
}

bool FieldWriter::write_int(const FieldInfo& field, const json::value& value, StructEdit& body) {
  // A number beyond int64 is kept as uint64 by the parser, and out of every range here.
  if (value.is_uint64()) return bad_field("is out of range");
  if (!value.is_int64()) return bad_field("is not a whole number");
  if (Problem problem = int_problem(field, value.get_int64())) return bad_field(problem);
  body.set_scalar(field, static_cast<std::uint64_t>(value.get_int64()));
  return true;
}

bool FieldWriter::write_date(const FieldInfo& field, const json::value& value, StructEdit& body) {
  const auto text = string_of(value);
  if (!text) return false;
  const auto date = Date::parse(*text);
  if (!date) return bad_field("is no date of the form YYYY-MM-DD");
  body.set_scalar(field, static_cast<std::uint32_t>(date->days()));
  return true;
}

bool FieldWriter::write_time(const FieldInfo& field, const json::value& value, StructEdit& body) {
  const auto text = string_of(value);
  if (!text) return false;
  const auto time = parse_time(*text);
  if (!time || time_problem(time->value()) != nullptr)
    return bad_field("is no UTC time of RFC 3339 with 0 or 6 decimals");
  body.set_scalar(field, static_cast<std::uint64_t>(time->value()));
  return true;
}

bool FieldWriter::write_enum(const FieldInfo& field, const json::value& value, StructEdit& body) {
  const auto text = string_of(value);
  if (!text) return false;
  const auto number = enum_value(field, *text);
  if (!number) return bad_field("is not one of the values allowed");
  body.set_scalar(field, *number);
  return true;
}

bool FieldWriter::write_id(const FieldInfo& field, const json::value& value, StructEdit& body) {
  const auto id = id_of(field.type, value);
  if (!id) return false;
  body.pointer(field).setAs<capnp::Data>(data_of(*id));
  return true;
}

bool FieldWriter::write_digest(const FieldInfo& field, const json::value& value, StructEdit& body) {
  const auto text = string_of(value);
  if (!text) return false;
  const auto bytes = from_hex(*text);
  if (!bytes || bytes->size() != Hash::kBytes)
    return bad_field("is not 64 lower-case hexadecimal digits");
  body.pointer(field).setAs<capnp::Data>(capnp::Data::Reader{bytes->data(), bytes->size()});
  return true;
}

bool FieldWriter::write_string(const FieldInfo& field, const json::value& value, StructEdit& body) {
  const auto text = string_of(value);
  if (!text) return false;
  if (Problem problem = string_problem(field.type, *text)) return bad_field(problem);
  // json::string ends with a NUL, which Text asks for.
  body.pointer(field).setAs<capnp::Text>(capnp::Text::Reader{text->data(), text->size()});
  return true;
}

bool FieldWriter::write_list(const FieldInfo& field, const json::value& value, StructEdit& body) {
  const json::array* array = value.if_array();
  if (array == nullptr) return bad_field("is not a list");
  if (array->size() > kListItemsMax) return bad_field("has too many items");
  if (field.non_empty && array->empty()) return bad_field("is empty");
  const auto count = static_cast<unsigned>(array->size());
  const auto distinct = [this](const auto& items) {
    item_ = repeated(items);
    return !item_ || bad_field("is in the list twice");
  };
  const auto each = [&](auto& items, auto&& read) {
    items.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
      item_ = i;
      auto item = read((*array)[i]);
      if (!item) return false;
      items.push_back(*item);
    }
    return distinct(items);
  };
  if (is_id(field.type)) {
    std::vector<Id16> ids;
    if (!each(ids, [&](const json::value& item) { return id_of(field.type, item); })) return false;
    auto list = body.pointer(field).initAs<capnp::List<capnp::Data>>(count);
    for (unsigned i = 0; i < count; ++i) list.set(i, data_of(ids[i]));
    return true;
  }
  std::vector<std::string_view> texts;
  const auto read_text = [&](const json::value& item) -> std::optional<std::string_view> {
    const auto text = string_of(item);
    if (!text) return std::nullopt;
    if (field.type == FieldType::ENUMERATION) {
      if (!enum_value(field, *text)) return bad("is not one of the values allowed");
    } else if (Problem problem = string_problem(field.type, *text)) {
      return bad(problem);
    }
    return text;
  };
  if (!each(texts, read_text)) return false;
  if (field.type == FieldType::ENUMERATION) {
    auto list = body.pointer(field).initAs<capnp::List<std::uint16_t>>(count);
    for (unsigned i = 0; i < count; ++i) list.set(i, *enum_value(field, texts[i]));
    return true;
  }
  auto list = body.pointer(field).initAs<capnp::List<capnp::Text>>(count);
  for (unsigned i = 0; i < count; ++i)
    list.set(i, capnp::Text::Reader{texts[i].data(), texts[i].size()});
  return true;
}

bool FieldWriter::write_object(const FieldInfo& field, const json::value& value, StructEdit& body) {
  const json::object* object = value.if_object();
  if (object == nullptr) return bad_field("is not an object");
  if (field.object == ObjectKind::lines) return write_lines(field, *object, body);
  if (field.object == ObjectKind::changes) return bad_field("cannot be changed");
  const ObjectText text = object_text(field.object, *object);
  if (!text.problem.empty()) return bad_field(text.problem);
  body.pointer(field).setAs<capnp::Text>(
      capnp::Text::Reader{text.canonical.c_str(), text.canonical.size()});
  return true;
}

bool FieldWriter::write_lines(const FieldInfo& field, const json::object& object,
                              StructEdit& body) {
  const auto& keys = field.object_keys;
  auto lines = body.pointer(field).initAsAnyStruct(0, static_cast<std::uint16_t>(keys.size()));
  std::size_t matched = 0;
  const std::string below = std::string{at_} + "/" + std::string{field.name};
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const json::value* line = object.if_contains({keys[i].data(), keys[i].size()});
    at_ = below;
    field_name_ = keys[i];
    if (line == nullptr) {
      if (field.object_keys_required) return bad_field("is missing");
      continue;
    }
    ++matched;
    const auto text = string_of(*line);
    if (!text) return false;
    if (Problem problem = line_problem(*text)) return bad_field(problem);
    lines.getPointerSection()[static_cast<unsigned>(i)].setAs<capnp::Text>(
        capnp::Text::Reader{text->data(), text->size()});
  }
  if (matched == object.size()) return true;
  for (const auto& member : object)
    if (std::find(keys.begin(), keys.end(), std::string_view{member.key()}) == keys.end())
      return fail(below + "/" + pointer_token(member.key()), "unknown key");
  return false;
}

}  // namespace stafett::bti
