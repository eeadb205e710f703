#pragma once
// The limits of single values, the same for JSON and for the bytes of a part.
//
// Source:  docs/reference/events.md (types)
// Threads: pure functions.

#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "projections/catalogue/registry.h"

namespace stafett::bti {

// What is wrong with a value, for people; null: nothing.
using Problem = const char*;

Problem line_problem(std::string_view text);      // 1-200 code points, one line, no controls
Problem text_problem(std::string_view text);      // 1-20 000 code points, no controls but LF
Problem local_id_problem(std::string_view text);  // 1-40 of a-z 0-9 -
Problem lang_problem(std::string_view text);      // well-formed BCP 47
// Of any type that is Text in the schema and no object.
Problem string_problem(FieldType type, std::string_view text);
Problem int_problem(const FieldInfo& field, std::int64_t value);
Problem time_problem(std::int64_t us);    // years 1-9999
Problem date_problem(std::int32_t days);  // years 1-9999
// An enumerant's number; empty: not one of the field's.
std::optional<std::uint16_t> enum_value(const FieldInfo& field, std::string_view name);

// Of an object kept as JSON: valid UTF-8, depth, and canonical text of at most kObjectBytesMax.
struct ObjectText {
  std::string canonical;
  std::string problem;  // empty: fine
};
ObjectText object_text(ObjectKind kind, const boost::json::object& object);

}  // namespace stafett::bti
