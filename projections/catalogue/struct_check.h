#pragma once
// Judges the fields of an event's struct as they lie in a part: only those of the part's class,
// each in its one form and within the limits of JSON, and nothing in the bits between them.
//
// Threads: one. Throws kj::Exception on malformed pointers (see PartReader).

#include <array>
#include <optional>
#include <string>

#include "projections/catalogue/codec.h"
#include "projections/catalogue/wire.h"

namespace stafett::bti {

class StructCheck final {
 public:
  // `at`: JSON pointer of the object that the struct stands for.
  StructCheck(const EventInfo& event, FieldClass c, SchemaFault::Kind kind, std::string at)
      : event_(event), class_(c), kind_(kind), at_(std::move(at)) {}

  // EntryCorrected keeps `changes` and `changed` in every class; check_changes() judges them.
  void allow_correction_slots();
  std::optional<SchemaFault> run(const StructView& body);

 private:
  static constexpr std::size_t kDataBytesMax = 256;
  static constexpr std::size_t kPointersMax = 32;

  const char* scalar_problem(const FieldInfo& field, std::uint64_t value) const;
  const char* pointer_problem(const FieldInfo& field, capnp::AnyPointer::Reader pointer) const;
  std::optional<SchemaFault> stray(const StructView& body) const;

  const EventInfo& event_;
  const FieldClass class_;
  const SchemaFault::Kind kind_;
  const std::string at_;
  std::array<bool, kDataBytesMax> data_known_{};
  std::array<bool, kPointersMax> pointer_known_{};
};

// `changes` and `changed` of one part of a correction. `target` null: unknown, names only are
// judged.
std::optional<SchemaFault> check_changes(schema::EntryCorrected::Reader correction,
                                         const EventInfo* target, FieldClass c);

// No more in it than this version of Part, or of Label, holds.
bool is_part_struct(const StructView& root);
bool is_label_struct(const StructView& label);
bool is_local_id(std::string_view text);

}  // namespace stafett::bti
