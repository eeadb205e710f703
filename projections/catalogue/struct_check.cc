#include "projections/catalogue/struct_check.h"

#include <algorithm>
#include <boost/json/parse.hpp>

#include "engine/base/check.h"
#include "projections/catalogue/atoms.h"
#include "projections/catalogue/parts.capnp.h"

namespace stafett::bti {

namespace {

constexpr Problem kForm = "is not in its one form";

// Size of a list's elements; empty when the pointer is no list.
std::optional<capnp::ElementSize> element_size(capnp::AnyPointer::Reader pointer) {
  if (!pointer.isList()) return std::nullopt;
  return pointer.getAs<capnp::AnyList>().getElementSize();
}

bool is_bytes(capnp::AnyPointer::Reader pointer) {
  return element_size(pointer) == capnp::ElementSize::BYTE;
}

Problem data_problem(capnp::AnyPointer::Reader pointer, std::size_t bytes) {
  if (!is_bytes(pointer)) return kForm;
  return pointer.getAs<capnp::Data>().size() == bytes ? nullptr : kForm;
}

Problem object_problem(const FieldInfo& field, std::string_view text) {
  if (text.size() > kObjectBytesMax) return "is too large";
  boost::system::error_code failed;
  const boost::json::value value = boost::json::parse({text.data(), text.size()}, failed);
  if (failed || !value.is_object()) return kForm;
  const ObjectText again = object_text(field.object, value.get_object());
  if (!again.problem.empty()) return "is not allowed";
  return again.canonical == text ? nullptr : kForm;
}

Problem lines_problem(const FieldInfo& field, capnp::AnyPointer::Reader pointer) {
  if (!pointer.isStruct()) return kForm;
  const StructView lines{pointer.getAs<capnp::AnyStruct>()};
  if (lines.data().size() != 0 || lines.pointer_count() > field.object_keys.size()) return kForm;
  for (std::uint32_t i = 0; i < field.object_keys.size(); ++i) {
    const auto line = lines.pointer(i);
    if (line.isNull()) {
      if (field.object_keys_required) return "lacks a key";
      continue;
    }
    if (!is_bytes(line)) return kForm;
    if (Problem problem = line_problem(view(line.getAs<capnp::Text>()))) return problem;
  }
  return nullptr;
}

template <class Item>
Problem distinct(std::vector<Item> items) {
  std::sort(items.begin(), items.end());
  return std::adjacent_find(items.begin(), items.end()) == items.end() ? nullptr
                                                                       : "repeats an item";
}

Problem enum_list_problem(const FieldInfo& field, capnp::AnyPointer::Reader pointer) {
  if (element_size(pointer) != capnp::ElementSize::TWO_BYTES) return kForm;
  std::vector<std::uint16_t> numbers;
  for (const std::uint16_t number : pointer.getAs<capnp::List<std::uint16_t>>()) {
    if (number == 0 || number >= field.enum_values.size()) return "is not one of the values";
    numbers.push_back(number);
  }
  return distinct(std::move(numbers));
}

// Elements that are Text or Data: a list of pointers. Reading one that is no list of bytes throws.
Problem pointer_list_problem(const FieldInfo& field, capnp::AnyPointer::Reader pointer) {
  if (element_size(pointer) != capnp::ElementSize::POINTER) return kForm;
  std::vector<std::string_view> items;
  if (field.type == FieldType::PERSON || field.type == FieldType::CASE ||
      field.type == FieldType::EVENT) {
    for (const auto id : pointer.getAs<capnp::List<capnp::Data>>()) {
      if (id.size() != ActorId::kBytes) return kForm;
      items.push_back(as_text({id.begin(), id.size()}));
    }
  } else {
    for (const auto text : pointer.getAs<capnp::List<capnp::Text>>()) {
      items.push_back(view(text));
      if (Problem problem = string_problem(field.type, items.back())) return problem;
    }
  }
  return distinct(std::move(items));
}

Problem list_problem(const FieldInfo& field, capnp::AnyPointer::Reader pointer) {
  if (!pointer.isList()) return kForm;
  const auto count = pointer.getAs<capnp::AnyList>().size();
  if (count > kListItemsMax) return "has too many items";
  if (count == 0 && field.non_empty) return "is empty";
  return field.type == FieldType::ENUMERATION ? enum_list_problem(field, pointer)
                                              : pointer_list_problem(field, pointer);
}

std::uint32_t changed_slot() {
  static const std::uint32_t slot = capnp::Schema::from<schema::EntryCorrected>()
                                        .getFieldByName("changed")
                                        .getProto()
                                        .getSlot()
                                        .getOffset();
  return slot;
}

}  // namespace

bool is_local_id(std::string_view text) {
  return local_id_problem(text) == nullptr;
}

namespace {

// Of a struct whose one scalar is an enum in the first two bytes.
bool is_enum_and_pointers(const StructView& view, capnp::StructSchema schema) {
  const auto size = schema.getProto().getStruct();
  if (view.data().size() > 8u * size.getDataWordCount() ||
      view.pointer_count() > size.getPointerCount())
    return false;
  // The rest of the enum's word is nobody's.
  return std::all_of(view.data().begin() + std::min<std::size_t>(2, view.data().size()),
                     view.data().end(), [](kj::byte b) { return b == 0; });
}

}  // namespace

bool is_part_struct(const StructView& root) {
  return is_enum_and_pointers(root, capnp::Schema::from<schema::Part>());
}
bool is_label_struct(const StructView& label) {
  return is_enum_and_pointers(label, capnp::Schema::from<schema::Label>());
}

void StructCheck::allow_correction_slots() {
  pointer_known_[event_.field("changes")->slot] = true;
  pointer_known_[changed_slot()] = true;
}

Problem StructCheck::scalar_problem(const FieldInfo& field, std::uint64_t value) const {
  switch (field.type) {
    case FieldType::BOOL:
      return value <= static_cast<std::uint64_t>(schema::Flag::YES) ? nullptr : kForm;
    case FieldType::INT:
      return int_problem(field, static_cast<std::int64_t>(value));
    case FieldType::DATE:
      return date_problem(static_cast<std::int32_t>(static_cast<std::uint32_t>(value)));
    case FieldType::TIME:
      return time_problem(static_cast<std::int64_t>(value));
    default:
      return value < field.enum_values.size() ? nullptr : "is not one of the values";
  }
}

Problem StructCheck::pointer_problem(const FieldInfo& field,
                                     capnp::AnyPointer::Reader pointer) const {
  if (field.list) return list_problem(field, pointer);
  switch (field.type) {
    case FieldType::PERSON:
    case FieldType::CASE:
    case FieldType::EVENT:
      return data_problem(pointer, ActorId::kBytes);
    case FieldType::DIGEST:
      return data_problem(pointer, Hash::kBytes);
    case FieldType::OBJECT:
      if (field.object == ObjectKind::lines) return lines_problem(field, pointer);
      if (!is_bytes(pointer)) return kForm;
      return object_problem(field, view(pointer.getAs<capnp::Text>()));
    default:
      if (!is_bytes(pointer)) return kForm;
      return string_problem(field.type, view(pointer.getAs<capnp::Text>()));
  }
}

std::optional<SchemaFault> StructCheck::run(const StructView& body) {
  CHECK(8u * event_.data_words <= kDataBytesMax && event_.pointers <= kPointersMax);
  for (const FieldInfo& field : event_.fields) {
    if (field.field_class != class_ || field.object == ObjectKind::changes) continue;
    if (field.is_pointer)
      pointer_known_[field.slot] = true;
    else
      std::fill_n(data_known_.begin() + field.slot, field.scalar_bytes, true);
    if (!body.has(field)) continue;
    Problem problem = field.is_pointer ? pointer_problem(field, body.pointer(field))
                                       : scalar_problem(field, body.scalar(field));
    if (problem != nullptr)
      return SchemaFault{kind_, at_ + "/" + std::string{field.name},
                         std::string{field.name} + " " + problem};
  }
  return stray(body);
}

std::optional<SchemaFault> StructCheck::stray(const StructView& body) const {
  const SchemaFault fault{kind_, at_, "a part holds more than the fields of its class"};
  if (body.data().size() > 8u * event_.data_words || body.pointer_count() > event_.pointers)
    return fault;
  for (std::size_t i = 0; i < body.data().size(); ++i)
    if (!data_known_[i] && body.data()[i] != 0) return fault;
  for (std::uint32_t i = 0; i < body.pointer_count(); ++i)
    if (!pointer_known_[i] && !body.pointer(i).isNull()) return fault;
  return std::nullopt;
}

namespace {

SchemaFault bad_change(std::string_view name, std::string detail) {
  return {SchemaFault::Kind::correction, "/data/changes/" + std::string{name}, std::move(detail)};
}

// Names in byte order, each once, of fields of this class that may change.
std::optional<SchemaFault> check_names(const std::vector<std::string_view>& names,
                                       const EventInfo* target, FieldClass c) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (line_problem(names[i]) != nullptr || (i > 0 && names[i] <= names[i - 1]))
      return bad_change("", "the names of changed fields are not in order");
    if (target == nullptr) continue;
    const FieldInfo* field = target->field(names[i]);
    if (field == nullptr) return bad_change(names[i], "the target has no such field");
    if (field->field_class != c) return bad_change(names[i], "is in the part of another class");
    if (field->fixed_in_corrections() || field->object == ObjectKind::changes)
      return bad_change(names[i], "cannot be changed");
  }
  return std::nullopt;
}

// The struct of changed values: set are exactly the fields named, but for those removed.
std::optional<SchemaFault> check_values(capnp::AnyPointer::Reader changes,
                                        const std::vector<std::string_view>& names,
                                        const EventInfo& target, FieldClass c) {
  if (!changes.isNull() && !changes.isStruct()) return bad_change("", "changes is no struct");
  const StructView values =
      changes.isNull() ? StructView{} : StructView{changes.getAs<capnp::AnyStruct>()};
  StructCheck check{target, c, SchemaFault::Kind::correction, "/data/changes"};
  if (auto wrong = check.run(values)) return wrong;
  bool any = false;
  for (const FieldInfo& field : target.fields) {
    if (field.field_class != c) continue;
    const bool named = std::find(names.begin(), names.end(), field.name) != names.end();
    const bool set = values.has(field);
    if (set && !named) return bad_change(field.name, "is changed but not named");
    if (named && !set && field.required) return bad_change(field.name, "is required");
    any = any || set;
  }
  if (!any && !changes.isNull()) return bad_change("", "changes holds nothing");
  return std::nullopt;
}

}  // namespace

std::optional<SchemaFault> check_changes(schema::EntryCorrected::Reader correction,
                                         const EventInfo* target, FieldClass c) {
  const capnp::AnyStruct::Reader raw = correction;
  const auto list = StructView{raw}.pointer(changed_slot());
  std::vector<std::string_view> names;
  if (!list.isNull()) {
    if (element_size(list) != capnp::ElementSize::POINTER ||
        list.getAs<capnp::AnyList>().size() > kChangedFieldsMax)
      return bad_change("", "bad list of changed fields");
    for (const auto name : list.getAs<capnp::List<capnp::Text>>()) names.push_back(view(name));
    // An empty list stands for changes of nothing, and has one place.
    if (names.empty() && c != FieldClass::NARRATIVE)
      return bad_change("", "bad list of changed fields");
  }
  if (auto wrong = check_names(names, target, c)) return wrong;
  if (target == nullptr) return std::nullopt;
  return check_values(correction.getChanges(), names, *target, c);
}

}  // namespace stafett::bti
