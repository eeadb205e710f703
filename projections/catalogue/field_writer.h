#pragma once
// Writes JSON values into an event's struct. Knows field types, no event.
//
// Threads: one. Lifetime: context and labels outlive it.

#include <boost/json/value.hpp>

#include "projections/catalogue/codec.h"
#include "projections/catalogue/wire.h"

namespace stafett::bti {

// Where in the input a problem lies; only rendered when there is one.
class FieldWriter final {
 public:
  FieldWriter(EncodeContext& context, std::vector<NewLabel>& labels)
      : context_(context), labels_(labels) {}

  // False: fault() says what is wrong; `at` is the pointer of the object that holds the field.
  bool write(const FieldInfo& field, const boost::json::value& value, StructEdit body,
             std::string_view at);
  SchemaFault& fault() { return fault_; }
  bool fail(std::string pointer, std::string detail);

 private:
  bool write_scalar(const FieldInfo& field, const boost::json::value& value, StructEdit& body);
  bool write_date(const FieldInfo& field, const boost::json::value& value, StructEdit& body);
  bool write_time(const FieldInfo& field, const boost::json::value& value, StructEdit& body);
  bool write_int(const FieldInfo& field, const boost::json::value& value, StructEdit& body);
  bool write_enum(const FieldInfo& field, const boost::json::value& value, StructEdit& body);
  bool write_id(const FieldInfo& field, const boost::json::value& value, StructEdit& body);
  bool write_digest(const FieldInfo& field, const boost::json::value& value, StructEdit& body);
  bool write_string(const FieldInfo& field, const boost::json::value& value, StructEdit& body);
  bool write_list(const FieldInfo& field, const boost::json::value& value, StructEdit& body);
  bool write_object(const FieldInfo& field, const boost::json::value& value, StructEdit& body);
  bool write_lines(const FieldInfo& field, const boost::json::object& object, StructEdit& body);

  // A value of the list being written, or the field itself.
  std::optional<std::string_view> string_of(const boost::json::value& value);
  std::optional<std::array<std::uint8_t, 16>> id_of(FieldType type,
                                                    const boost::json::value& value);
  std::nullopt_t bad(std::string_view problem);
  bool bad_field(std::string_view problem) {
    bad(problem);
    return false;
  }
  std::array<std::uint8_t, 16> person(std::string_view label);
  std::array<std::uint8_t, 16> case_id(std::string_view label);

  EncodeContext& context_;
  std::vector<NewLabel>& labels_;
  SchemaFault fault_;
  std::string_view at_;              // of the object
  std::string_view field_name_;      // in it
  std::optional<std::size_t> item_;  // in the field's list
};

// One reference token of a JSON pointer (RFC 6901), cut to a length fit for an answer.
std::string pointer_token(std::string_view key);

}  // namespace stafett::bti
