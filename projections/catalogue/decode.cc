#include <kj/exception.h>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "engine/base/clock.h"
#include "engine/base/encoding.h"
#include "projections/calendar/calendar.h"
#include "projections/catalogue/codec.h"
#include "projections/catalogue/part_reader.h"

namespace stafett::bti {

namespace json = boost::json;

namespace {

json::string_view name_of(const FieldInfo& field) {
  return {field.name.data(), field.name.size()};
}
json::string_view json_view(capnp::Text::Reader text) {
  return {text.cStr(), text.size()};
}

class Decoder final {
 public:
  Decoder(const EventInfo& event, const DecodeContext& context, Withheld withheld)
      : event_(event), context_(context), withheld_(withheld) {}

  Result<json::object> run(const PartViews& words, std::optional<EventType> target_type) {
    for (std::size_t i = 0; i < kClassCount; ++i) {
      if (words[i] == nullptr) continue;
      readers_[i].emplace(words[i]);
      parts_[i] = readers_[i]->part();
      bodies_[i] = body_of(*parts_[i]);
    }
    json::object out;
    out.reserve(event_.fields.size());
    for (const FieldInfo& field : event_.fields) {
      if (field.object == ObjectKind::changes) {
        if (auto printed = changes(target_type)) out.emplace(name_of(field), std::move(*printed));
      } else if (withheld_.has(field.field_class)) {
        out.emplace(name_of(field), nullptr);
      } else if (const StructView& body = bodies_[class_index(field.field_class)];
                 body.has(field)) {
        ENGINE_TRY(value, value_of(field, body));
        out.emplace(name_of(field), std::move(value));
      }
    }
    return out;
  }

 private:
  Error malformed(const FieldInfo& field) const {
    return Error{Errc::malformed, std::string{event_.name} + "." + std::string{field.name}};
  }

  Result<json::value> value_of(const FieldInfo& field, const StructView& body) const {
    if (field.list) return list_of(field, body.pointer(field));
    const std::uint64_t bits = field.is_pointer ? 0 : body.scalar(field);
    switch (field.type) {
      case FieldType::BOOL:
        if (bits > static_cast<std::uint64_t>(schema::Flag::YES)) return malformed(field);
        return json::value(bits == static_cast<std::uint64_t>(schema::Flag::YES));
      case FieldType::INT:
        return json::value(static_cast<std::int64_t>(bits));
      case FieldType::DATE:
        return json::value(
            Date{static_cast<std::int32_t>(static_cast<std::uint32_t>(bits))}.to_text());
      case FieldType::TIME:
        return json::value(stafett::to_text(TimeUs{static_cast<std::int64_t>(bits)}));
      case FieldType::ENUMERATION:
        return enumerant(field, bits);
      case FieldType::OBJECT:
        return object_of(field, body.pointer(field));
      case FieldType::DIGEST: {
        const auto bytes = body.pointer(field).getAs<capnp::Data>();
        return json::value(to_hex({bytes.begin(), bytes.size()}));
      }
      case FieldType::PERSON:
      case FieldType::CASE:
      case FieldType::EVENT:
        return id(field, body.pointer(field).getAs<capnp::Data>());
      default:
        return json::value(json_view(body.pointer(field).getAs<capnp::Text>()));
    }
  }

  Result<json::value> enumerant(const FieldInfo& field, std::uint64_t number) const {
    if (number >= field.enum_values.size()) return malformed(field);
    const std::string_view name = field.enum_values[static_cast<std::size_t>(number)];
    return json::value(json::string_view{name.data(), name.size()});
  }

  Result<json::value> id(const FieldInfo& field, capnp::Data::Reader bytes) const {
    const ByteView view{bytes.begin(), bytes.size()};
    if (view.size() != ActorId::kBytes) return malformed(field);
    if (field.type == FieldType::PERSON) return json::value(context_.person(*ActorId::from(view)));
    if (field.type == FieldType::CASE) return json::value(context_.case_id(*SubjectId::from(view)));
    return json::value(context_.event(*EventId::from(view)));
  }

  Result<json::value> list_of(const FieldInfo& field, capnp::AnyPointer::Reader pointer) const {
    json::array out;
    const auto each = [&](auto items, auto&& print) -> Result<void> {
      if (items.size() > kListItemsMax) return malformed(field);
      out.reserve(items.size());
      for (auto item : items) {
        Result<json::value> value = print(item);
        if (!value) return value.error();
        out.push_back(std::move(*value));
      }
      return {};
    };
    if (field.type == FieldType::ENUMERATION) {
      ENGINE_TRY_VOID(each(pointer.getAs<capnp::List<std::uint16_t>>(),
                           [&](std::uint16_t number) { return enumerant(field, number); }));
    } else if (field.type == FieldType::PERSON || field.type == FieldType::CASE ||
               field.type == FieldType::EVENT) {
      ENGINE_TRY_VOID(each(pointer.getAs<capnp::List<capnp::Data>>(),
                           [&](capnp::Data::Reader bytes) { return id(field, bytes); }));
    } else {
      ENGINE_TRY_VOID(each(pointer.getAs<capnp::List<capnp::Text>>(),
                           [&](capnp::Text::Reader text) -> Result<json::value> {
                             return json::value(json_view(text));
                           }));
    }
    return json::value(std::move(out));
  }

  Result<json::value> object_of(const FieldInfo& field, capnp::AnyPointer::Reader pointer) const {
    if (field.object != ObjectKind::lines) {
      boost::system::error_code failed;
      json::value value = json::parse(json_view(pointer.getAs<capnp::Text>()), failed);
      if (failed || !value.is_object()) return malformed(field);
      return value;
    }
    json::object out;
    const StructView lines{pointer.getAs<capnp::AnyStruct>()};
    for (std::uint32_t i = 0; i < field.object_keys.size(); ++i) {
      const std::string_view key = field.object_keys[i];
      const auto line = lines.pointer(i);
      if (!line.isNull())
        out.emplace(json::string_view{key.data(), key.size()},
                    json_view(line.getAs<capnp::Text>()));
    }
    return json::value(std::move(out));
  }

  // Fields of the target, each from the part of its own class; removed and withheld ones are null.
  std::optional<json::value> changes(std::optional<EventType> type) {
    std::array<std::vector<std::string_view>, kClassCount> names;
    bool given = false;
    for (std::size_t i = 0; i < kClassCount; ++i) {
      if (!parts_[i] || parts_[i]->getBody().isNull()) continue;
      const auto correction = parts_[i]->getBody().getAs<schema::EntryCorrected>();
      given = given || correction.hasChanged();
      for (auto name : correction.getChanged()) {
        if (names[i].size() == kChangedFieldsMax) break;
        names[i].push_back(view(name));
      }
    }
    if (!given)
      return withheld_.has(FieldClass::NARRATIVE) ? std::optional<json::value>{nullptr}
                                                  : std::nullopt;
    const EventInfo* target = target_info(type);
    json::object out;
    for (std::size_t i = 0; i < kClassCount; ++i)
      for (const std::string_view name : names[i]) out[json::string_view{name.data(), name.size()}];
    if (target == nullptr) return json::value(std::move(out));
    json::object ordered;
    for (const FieldInfo& field : target->fields)
      if (out.contains(name_of(field))) ordered.emplace(name_of(field), changed_value(field));
    return json::value(std::move(ordered));
  }

  json::value changed_value(const FieldInfo& field) const {
    const std::size_t index = class_index(field.field_class);
    if (!parts_[index] || withheld_.has(field.field_class)) return nullptr;
    const StructView changed = changes_of(parts_[index]->getBody().getAs<schema::EntryCorrected>());
    if (!changed.has(field)) return nullptr;
    Result<json::value> value = value_of(field, changed);
    return value ? std::move(*value) : json::value{};
  }

  const EventInfo* target_info(std::optional<EventType> type) const {
    const auto& fact = parts_[class_index(FieldClass::FACT)];
    if (!type && fact && !fact->getBody().isNull()) {
      const auto bytes = fact->getBody().getAs<schema::EntryCorrected>().getTarget();
      if (const auto target = EventId::from({bytes.begin(), bytes.size()}))
        type = context_.type_of(*target);
    }
    return type ? registry().find(*type) : nullptr;
  }

  const EventInfo& event_;
  const DecodeContext& context_;
  const Withheld withheld_;
  std::array<std::optional<PartReader>, kClassCount> readers_;
  std::array<std::optional<schema::Part::Reader>, kClassCount> parts_;
  std::array<StructView, kClassCount> bodies_;
};

}  // namespace

Result<json::object> decode(const EventInfo& event, const PartViews& parts,
                            const DecodeContext& context, Withheld withheld,
                            std::optional<EventType> target_type) {
  try {
    return Decoder{event, context, withheld}.run(parts, target_type);
  } catch (const kj::Exception& e) {
    return Error{Errc::malformed, e.getDescription().cStr()};
  }
}

}  // namespace stafett::bti
