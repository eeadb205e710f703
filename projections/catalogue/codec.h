#pragma once
// Codec: an event's JSON `data` <-> its parts, strict in both directions and by reflection.
//
// A part is the canonical bytes of a Part message (parts.capnp): the event's struct with the fields
// of one class. The same content has one byte form, and one JSON form up to the order of keys.
//
// Source:  docs/reference/events.md; parts.capnp
// Threads: functions are pure; a context is used by one thread at a time.
// Limits:  kListItemsMax per list, kObjectBytesMax and kObjectDepthMax for free objects.

#include <capnp/common.h>
#include <kj/array.h>

#include <array>
#include <boost/json/object.hpp>
#include <boost/system/result.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "projections/catalogue/registry.h"

namespace stafett::bti {

constexpr std::size_t kListItemsMax = 10'000;
constexpr std::size_t kObjectBytesMax = 256 * 1024;
constexpr std::size_t kObjectDepthMax = 8;
constexpr std::size_t kPartBytesMax = 4 * 1024 * 1024;
constexpr std::size_t kChangedFieldsMax = kFieldsMax;

struct SchemaFault {
  enum class Kind : std::uint8_t {
    schema,     // H04: not of the type's schema
    correction  // H26: EntryCorrected.changes does not fit the target
  };
  Kind kind = Kind::schema;
  std::string pointer;  // JSON pointer into the event: "/data/subjectKind", "/type"
  std::string detail;   // for people; names fields and profile keys, never content
};
[[noreturn]] void throw_exception_from_error(const SchemaFault&, const boost::source_location&);
template <class T>
using Checked = boost::system::result<T, SchemaFault>;

enum class LabelKind : std::uint8_t { person = 1, case_ = 2 };
// A client-chosen name and the id it got; kept in the identity part of the event that used it
// first.
struct NewLabel {
  LabelKind kind = LabelKind::person;
  std::array<std::uint8_t, 16> id{};
  std::string label;
  friend bool operator==(const NewLabel&, const NewLabel&) = default;
};

template <class Id>
struct Resolved {
  Id id;
  bool is_new = false;  // minted now: the event carries the label
};

// What encode() asks of its surroundings. `label` is well-formed (1-40 of a-z 0-9 -).
class EncodeContext {
 public:
  virtual ~EncodeContext() = default;
  virtual Resolved<ActorId> person(std::string_view label) = 0;
  virtual Resolved<SubjectId> case_id(std::string_view label) = 0;
  // Empty: no event id at all (schema fault). A well-formed name of an unknown event gets an id of
  // its own (a random one), so that the rules answer unknown-ref.
  virtual std::optional<EventId> event(std::string_view text) = 0;
  // Type of a recorded event of the case; empty: unknown. Asked for EntryCorrected only.
  virtual std::optional<EventType> type_of(const EventId& event) = 0;
};

// The parts of one event by class; an empty array is a part that the event does not have.
struct EncodedParts {
  std::array<kj::Array<capnp::word>, kClassCount> words;  // by class_index
  std::vector<NewLabel> labels;                           // also in the identity part
};
// Borrowed. Null: no such part, erased, or not given.
using PartViews = std::array<kj::ArrayPtr<const capnp::word>, kClassCount>;
PartViews views(const EncodedParts& parts);

// Fault at "/type" for a name outside the catalogue.
Checked<const EventInfo*> event_named(std::string_view name);

// `case_id`: the event's case; nullopt for audit and directory events. `labels`: ids that are new
// with this event beside its data (its case), carried in the identity part first.
Checked<EncodedParts> encode(const EventInfo& event, std::optional<SubjectId> case_id,
                             const boost::json::object& data, EncodeContext& context,
                             std::vector<NewLabel> labels = {});

// What decode() asks. A person or case without a known label is named by its id (UUID text).
class DecodeContext {
 public:
  virtual ~DecodeContext() = default;
  virtual std::string person(const ActorId& id) const = 0;
  virtual std::string case_id(const SubjectId& id) const = 0;
  virtual std::string event(const EventId& id) const = 0;
  virtual std::optional<EventType> type_of(const EventId& event) const = 0;  // EntryCorrected
};

// Classes whose fields are printed as null: erased, or not given to this reader.
class Withheld {
 public:
  constexpr Withheld() = default;
  constexpr Withheld& add(FieldClass c) {
    bits_ |= 1u << class_index(c);
    return *this;
  }
  constexpr bool has(FieldClass c) const { return (bits_ >> class_index(c)) & 1u; }
  constexpr bool empty() const { return bits_ == 0; }

 private:
  unsigned bits_ = 0;
};

// Keys for exactly the fields that are set, in catalogue order, and null for every field of a
// withheld class. `target`: EntryCorrected only, when the fact part that names it is not given.
// Errors: malformed (bytes that check_parts() would refuse).
Result<boost::json::object> decode(const EventInfo& event, const PartViews& parts,
                                   const DecodeContext& context, Withheld withheld = {},
                                   std::optional<EventType> target_type = std::nullopt);

}  // namespace stafett::bti
