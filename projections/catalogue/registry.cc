#include "projections/catalogue/registry.h"

#include <capnp/dynamic.h>
#include <capnp/schema.h>

#include <algorithm>
#include <limits>

#include "engine/base/check.h"

namespace stafett::bti {

namespace {

constexpr std::uint64_t kFieldAnnotation = 0x9b1c64d0e87f2a35;
constexpr std::uint64_t kEventAnnotation = 0xc3e58f1a07d4962b;

std::string_view text_view(capnp::Text::Reader text) {
  return {text.cStr(), text.size()};
}

template <class Word>
struct Named {
  std::string_view word;
  Word value;
};

template <class Word, std::size_t N>
Word lookup(const Named<Word> (&names)[N], std::string_view word) {
  for (const auto& name : names)
    if (name.word == word) return name.value;
  CHECK(false && "the schema uses a word that this program knows");
  return names[0].value;
}

constexpr Named<StreamKind> kStreams[] = {{"case", StreamKind::case_},
                                          {"access", StreamKind::access},
                                          {"audit", StreamKind::audit},
                                          {"directory", StreamKind::directory}};
constexpr Named<CompartmentRule> kCompartments[] = {
    {"open", CompartmentRule::open},
    {"level0", CompartmentRule::level0},
    {"level0/open", CompartmentRule::level0_or_open},
    {"protected", CompartmentRule::protected_},
    {"barnevern", CompartmentRule::barnevern},
    {"access", CompartmentRule::access},
    {"admin", CompartmentRule::admin}};
constexpr Named<Who> kWho[] = {
    {"anyone", Who::anyone},   {"employee", Who::employee},   {"staff", Who::staff},
    {"leader", Who::leader},   {"holder", Who::holder},       {"guardian", Who::guardian},
    {"subject", Who::subject}, {"author", Who::author},       {"coordinator", Who::coordinator},
    {"admin", Who::admin},     {"archivist", Who::archivist}, {"auditor", Who::auditor},
    {"dpo", Who::dpo},         {"reporter", Who::reporter},   {"system", Who::system}};

template <class Use>
void for_each_word(std::string_view text, char separator, Use&& use) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    use(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

PhaseSet phases_of(std::string_view text) {
  PhaseSet phases;
  for_each_word(text, ',', [&](std::string_view word) {
    if (word == "start") phases.add(PhaseWord::start);
    if (word == "pre" || word == "live" || word == "all") phases.add(PhaseWord::pre);
    if (word == "open" || word == "live" || word == "all") phases.add(PhaseWord::open);
    if (word == "after" || word == "all") phases.add(PhaseWord::after);
    if (word == "all") phases.add(PhaseWord::ended);
  });
  return phases;
}

template <class Spec, class Proto>
typename Spec::Reader annotation(Proto proto, std::uint64_t id) {
  for (auto one : proto.getAnnotations())
    if (one.getId() == id) return one.getValue().getStruct().template getAs<Spec>();
  return {};
}

// Wire layout of a scalar: width, byte offset and the bits of its default value.
void place_scalar(FieldInfo& field, capnp::schema::Field::Slot::Reader slot) {
  const auto value = slot.getDefaultValue();
  switch (slot.getType().which()) {
    case capnp::schema::Type::ENUM:
      field.scalar_bytes = 2;
      break;
    case capnp::schema::Type::INT32:
      field.scalar_bytes = 4;
      field.default_bits = static_cast<std::uint32_t>(value.getInt32());
      break;
    case capnp::schema::Type::INT64:
      field.scalar_bytes = 8;
      field.default_bits = static_cast<std::uint64_t>(value.getInt64());
      break;
    default:
      field.is_pointer = true;
      field.slot = slot.getOffset();
      return;
  }
  field.slot = slot.getOffset() * field.scalar_bytes;
}

std::vector<std::string_view> enum_values_of(capnp::Type type) {
  std::vector<std::string_view> values;
  if (type.isList()) type = type.asList().getElementType();
  for (auto enumerant : type.asEnum().getEnumerants())
    values.push_back(text_view(enumerant.getProto().getName()));
  return values;
}

void describe_object(FieldInfo& field, EventType event, capnp::Type type) {
  if (type.isStruct()) {
    field.object = ObjectKind::lines;
    for (auto key : type.asStruct().getFields())
      field.object_keys.push_back(text_view(key.getProto().getName()));
    // Names are shown in every language; a contact may lack either way of reaching someone.
    field.object_keys_required = event == EventType::SERVICE_REGISTERED;
  } else if (event == EventType::ENTRY_CORRECTED) {
    field.object = ObjectKind::changes;
  } else if (event == EventType::PROFILE_PROPOSED) {
    field.object = ObjectKind::profile;
  } else {
    field.object = ObjectKind::json;
  }
}

FieldInfo describe_field(capnp::StructSchema::Field from, EventType event) {
  const auto proto = from.getProto();
  const auto spec = annotation<schema::FieldSpec>(proto, kFieldAnnotation);
  FieldInfo field;
  field.name = text_view(proto.getName());
  field.field_class = spec.getClass();
  field.type = spec.getType();
  field.required = spec.getRequired();
  field.list = spec.getList();
  field.non_empty = spec.getNonEmpty();
  field.id_kind = text_view(spec.getIdKind());
  field.int_min = spec.getMin();
  field.int_max = spec.getMax();
  place_scalar(field, proto.getSlot());
  if (field.type == FieldType::ENUMERATION) field.enum_values = enum_values_of(from.getType());
  if (field.type == FieldType::OBJECT) describe_object(field, event, from.getType());
  return field;
}

EventInfo describe_event(capnp::StructSchema schema, EventType type, std::string_view name) {
  EventInfo event;
  const auto proto = schema.getProto();
  const auto spec = annotation<schema::EventSpec>(proto, kEventAnnotation);
  event.type = type;
  event.name = name;
  event.stream = lookup(kStreams, text_view(spec.getStream()));
  event.compartment = lookup(kCompartments, text_view(spec.getCompartment()));
  event.phases = phases_of(text_view(spec.getPhases()));
  for_each_word(text_view(spec.getWho()), ' ',
                [&](std::string_view word) { event.who.add(lookup(kWho, word)); });
  event.struct_schema = schema;
  event.data_words = proto.getStruct().getDataWordCount();
  event.pointers = proto.getStruct().getPointerCount();
  for (auto field : schema.getFields()) {
    // A field without a class is bookkeeping of another one (EntryCorrected.changed).
    if (annotation<schema::FieldSpec>(field.getProto(), kFieldAnnotation).getClass() ==
        FieldClass::UNSET)
      continue;
    event.fields.push_back(describe_field(field, type));
    event.uses[class_index(event.fields.back().field_class)] = true;
  }
  CHECK(event.fields.size() <= kFieldsMax);
  return event;
}

}  // namespace

const FieldInfo* EventInfo::field(std::string_view field_name) const {
  for (const FieldInfo& field : fields)
    if (field.name == field_name) return &field;
  return nullptr;
}

Registry::Registry() {
  const auto catalogue = capnp::Schema::from<schema::Catalogue>();
  for (auto field : catalogue.getFields()) {
    const auto type = static_cast<EventType>(events_.size() + 1);
    const capnp::StructSchema event = field.getType().asStruct();
    // "events.capnp:ConsentGranted" without the file.
    events_.push_back(describe_event(event, type, text_view(event.getShortDisplayName())));
  }
  CHECK(events_.size() == kEventTypeCount);
  for (std::uint16_t i = 0; i < events_.size(); ++i) by_name_.push_back(i);
  std::sort(by_name_.begin(), by_name_.end(),
            [this](std::uint16_t a, std::uint16_t b) { return events_[a].name < events_[b].name; });
}

const EventInfo* Registry::find(EventType type) const {
  const auto number = static_cast<std::size_t>(type);
  return number == 0 || number > events_.size() ? nullptr : &events_[number - 1];
}

const EventInfo* Registry::find(std::string_view name) const {
  const auto at = std::lower_bound(by_name_.begin(), by_name_.end(), name,
                                   [this](std::uint16_t index, std::string_view wanted) {
                                     return events_[index].name < wanted;
                                   });
  if (at == by_name_.end() || events_[*at].name != name) return nullptr;
  return &events_[*at];
}

const Registry& registry() {
  static const Registry one;
  return one;
}

}  // namespace stafett::bti
