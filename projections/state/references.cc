#include "projections/state/references.h"

#include <capnp/any.h>

#include <array>
#include <string>
#include <vector>

#include "engine/base/check.h"
#include "projections/catalogue/registry.h"
#include "projections/state/wire.h"

namespace stafett::bti {
namespace {

// A field that refers to something.
struct Place {
  enum class What : std::uint8_t { local_id, event, service };
  What what;
  IdUse use = IdUse::refers;
  IdKind kind = IdKind::hearing;
  bool list = false;
  std::uint32_t pointer = 0;
  std::string_view field;
};
using Places = std::array<std::vector<Place>, kEventTypeCount + 1>;  // by wire value of the type

void add_place(std::vector<Place>& places, const FieldInfo& field) {
  Place place{};
  place.list = field.list;
  place.pointer = field.slot;
  place.field = field.name;
  switch (field.type) {
    case FieldType::SERVICE:
      place.what = Place::What::service;
      break;
    case FieldType::EVENT:
      place.what = Place::What::event;
      break;
    case FieldType::NEW_ID:
    case FieldType::REF_ID:
    case FieldType::SET_ID:
      place.what = Place::What::local_id;
      place.kind = id_kind_named(field.id_kind);
      place.use = field.type == FieldType::NEW_ID   ? IdUse::creates
                  : field.type == FieldType::SET_ID ? IdUse::sets
                                                    : IdUse::refers;
      break;
    default:
      return;
  }
  CHECK(field.field_class == FieldClass::FACT && field.is_pointer);
  places.push_back(place);
}

const Places& places() {
  static const Places all = [] {
    Places built;
    for (const EventInfo& event : registry().events())
      for (const FieldInfo& field : event.fields)
        add_place(built[static_cast<std::size_t>(event.type)], field);
    return built;
  }();
  return all;
}

void add_text(References& out, const Place& place, capnp::Text::Reader text, int item) {
  if (text.size() == 0) return;  // absent
  if (place.what == Place::What::service)
    out.services.push_back({text_of(text), place.field, item});
  else
    out.local_ids.push_back({place.kind, place.use, text_of(text), place.field, item});
}

void add_list(References& out, const Place& place, capnp::AnyPointer::Reader pointer) {
  if (place.what == Place::What::event) {
    const auto list = pointer.getAs<capnp::List<capnp::Data>>();
    for (unsigned i = 0; i < list.size(); ++i)
      out.events.push_back({event_of(list[i]), place.field, static_cast<int>(i)});
    return;
  }
  const auto list = pointer.getAs<capnp::List<capnp::Text>>();
  for (unsigned i = 0; i < list.size(); ++i) add_text(out, place, list[i], static_cast<int>(i));
}

References references_in(capnp::AnyStruct::Reader body, schema::EventType event_type) {
  References out;
  const auto type = static_cast<std::size_t>(event_type);
  if (type >= places().size() || places()[type].empty()) return out;
  const auto pointers = body.getPointerSection();
  for (const Place& place : places()[type]) {
    if (place.pointer >= pointers.size()) continue;  // absent, cut off by canonical form
    const capnp::AnyPointer::Reader pointer = pointers[place.pointer];
    if (pointer.isNull()) continue;
    if (place.list)
      add_list(out, place, pointer);
    else if (place.what == Place::What::event)
      out.events.push_back({event_of(pointer.getAs<capnp::Data>()), place.field, -1});
    else
      add_text(out, place, pointer.getAs<capnp::Text>(), -1);
  }
  return out;
}

}  // namespace

IdKind id_kind_named(std::string_view name) {
  static constexpr std::string_view kNames[] = {
      "hearing", "request",    "consent", "offer",   "participant", "goal",   "measure", "meeting",
      "note",    "attachment", "report",  "message", "transfer",    "rights", "grant"};
  for (std::size_t i = 0; i < std::size(kNames); ++i)
    if (kNames[i] == name) return static_cast<IdKind>(i);
  CHECK(false && "a kind of local id that IdKind does not have");
}

References references_of(const Event& event) {
  if (!event.fact) return {};
  return references_in(event.fact->part().getBody().getAs<capnp::AnyStruct>(), event.type);
}

References changed_references(const Event& correction, schema::EventType target) {
  if (!correction.fact) return {};
  const auto changes = correction.facts<schema::EntryCorrected>().getChanges();
  return changes.isNull() ? References{} : references_in(changes.getAs<capnp::AnyStruct>(), target);
}

}  // namespace stafett::bti
