#pragma once
// Registry: what the catalogue says of each event type and field, read once by reflection from the
// schema, so that codec, gate and part splitter know no event by name.
//
// Source:  events.capnp and its annotations; docs/reference/events.md
// Threads: any; constant after the first call of registry().

#include <capnp/schema.h>

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "projections/catalogue/annotations.capnp.h"
#include "projections/catalogue/events.capnp.h"

namespace stafett::bti {

using schema::EventType;
using schema::FieldClass;
using schema::FieldType;

constexpr std::size_t kEventTypeCount = 82;  // without EventType::UNSET
constexpr std::size_t kFieldsMax = 16;       // fields of one event type
constexpr std::size_t kClassCount = 3;       // fact, narrative, identity

constexpr std::size_t class_index(FieldClass c) {
  return static_cast<std::size_t>(c) - 1;
}
constexpr FieldClass class_at(std::size_t index) {
  return static_cast<FieldClass>(index + 1);
}

enum class StreamKind : std::uint8_t { case_, access, audit, directory };
// The compartment of a head line. level0_or_open is decided when the event is recorded.
enum class CompartmentRule : std::uint8_t {
  open,
  level0,
  level0_or_open,
  protected_,
  barnevern,
  access,
  admin
};
// Phases of a case in which a type is allowed live; see PhaseSet.
enum class PhaseWord : std::uint8_t { start, pre, open, after, ended };
// Who-may-record words, each a bit of WhoSet.
enum class Who : std::uint8_t {
  anyone,
  employee,
  staff,
  leader,
  holder,
  guardian,
  subject,
  author,
  coordinator,
  admin,
  archivist,
  auditor,
  dpo,
  reporter,
  system
};

template <class Enum>
class BitSet {
 public:
  constexpr BitSet() = default;
  constexpr void add(Enum value) { bits_ |= 1u << static_cast<unsigned>(value); }
  constexpr bool has(Enum value) const { return (bits_ >> static_cast<unsigned>(value)) & 1u; }
  constexpr bool empty() const { return bits_ == 0; }
  friend constexpr bool operator==(const BitSet&, const BitSet&) = default;

 private:
  std::uint32_t bits_ = 0;
};
// start: no case yet. pre: clarifying, consenting. open: active. after: closed, archived. `live` of
// a head line is pre + open; `all` is every phase of a case, ended too. Empty: not bound to a
// phase.
using PhaseSet = BitSet<PhaseWord>;
using WhoSet = BitSet<Who>;

// How an object-typed field is stored.
enum class ObjectKind : std::uint8_t {
  none,
  lines,    // a struct of Text: fixed keys, each a line
  json,     // Text: any JSON object, canonical
  profile,  // Text: canonical JSON of profile keys
  changes   // EntryCorrected.changes: fields of the target's struct, and their names
};

struct FieldInfo {
  std::string_view name;
  FieldClass field_class = FieldClass::UNSET;
  FieldType type = FieldType::UNSET;
  bool required = false;
  bool list = false;
  bool non_empty = false;    // of a list
  std::string_view id_kind;  // of newId, refId, setId
  std::int64_t int_min = 0, int_max = 0;
  std::vector<std::string_view> enum_values;  // by wire value; [0] is absent
  ObjectKind object = ObjectKind::none;
  std::vector<std::string_view> object_keys;  // of ObjectKind::lines, by pointer index
  bool object_keys_required = false;
  // Where the field lies: a pointer's index, or a scalar's byte offset in the data section.
  bool is_pointer = false;
  std::uint32_t slot = 0;
  std::uint32_t scalar_bytes = 0;  // 2, 4 or 8
  std::uint64_t default_bits = 0;  // stored scalars are XORed with it; all-zero is absent

  // Local ids and references to events name what an event is about: a correction keeps them.
  bool fixed_in_corrections() const {
    return type == FieldType::NEW_ID || type == FieldType::REF_ID || type == FieldType::SET_ID ||
           type == FieldType::EVENT;
  }
};

struct EventInfo {
  EventType type = EventType::UNSET;
  std::string_view name;  // "ConsentGranted"
  StreamKind stream = StreamKind::case_;
  CompartmentRule compartment = CompartmentRule::open;
  PhaseSet phases;
  WhoSet who;
  capnp::StructSchema struct_schema;
  std::vector<FieldInfo> fields;  // in catalogue order
  std::uint16_t data_words = 0;   // size of the struct
  std::uint16_t pointers = 0;
  std::array<bool, kClassCount> uses{};  // by class_index: the type has fields of the class

  const FieldInfo* field(std::string_view field_name) const;  // null: no such field
};

class Registry final {
 public:
  Registry();
  // Null for UNSET and for a type from the future.
  const EventInfo* find(EventType type) const;
  const EventInfo* find(std::string_view name) const;            // "ConsentGranted"; null: unknown
  std::span<const EventInfo> events() const { return events_; }  // in catalogue order

 private:
  std::vector<EventInfo> events_;       // index = type - 1
  std::vector<std::uint16_t> by_name_;  // indexes of events_, by name
};

const Registry& registry();

}  // namespace stafett::bti
