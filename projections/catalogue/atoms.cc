#include "projections/catalogue/atoms.h"

#include <boost/json/parse.hpp>

#include "engine/base/encoding.h"
#include "projections/calendar/calendar.h"
#include "projections/catalogue/codec.h"
#include "projections/profile/canonical_json.h"
#include "projections/profile/profile.h"

namespace stafett::bti {

namespace {

constexpr std::size_t kLineMax = 200;
constexpr std::size_t kTextMax = 20'000;
constexpr std::size_t kLocalIdMax = 40;
constexpr std::size_t kLangMax = 64;

enum class Lines { one, many };

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

// Controls are C0, DEL and C1 (U+0080-U+009F). U+2028 and U+2029 break a line without being one.
bool has_control(std::string_view text, Lines lines) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x20 && !(byte == '\n' && lines == Lines::many)) return true;
    if (byte == 0x7f) return true;
    if (byte == 0xc2 && static_cast<unsigned char>(text[i + 1]) < 0xa0) return true;
    if (byte == 0xe2 && lines == Lines::one && text[i + 1] == '\x80' &&
        (text[i + 2] == '\xa8' || text[i + 2] == '\xa9'))
      return true;
  }
  return false;
}

Problem prose_problem(std::string_view text, std::size_t count_max, Lines lines) {
  if (text.empty()) return "is empty";
  if (text.size() > 4 * count_max) return "is too long";
  if (!is_utf8(text)) return "is not UTF-8";
  std::size_t count = 0;
  for (const char c : text)
    if (!is_continuation(c)) ++count;
  if (count > count_max) return "is too long";
  if (has_control(text, lines)) return "holds a control character";
  return nullptr;
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Strings and depth; every node is visited once, so the work is bounded by the input.
Problem tree_problem(const boost::json::value& value, std::size_t depth) {
  if (depth > kObjectDepthMax) return "is nested too deeply";
  if (const auto* text = value.if_string()) return is_utf8(*text) ? nullptr : "is not UTF-8";
  if (const auto* array = value.if_array()) {
    for (const auto& item : *array)
      if (Problem problem = tree_problem(item, depth + 1)) return problem;
  }
  if (const auto* object = value.if_object()) {
    for (const auto& member : *object) {
      if (!is_utf8(member.key())) return "is not UTF-8";
      if (Problem problem = tree_problem(member.value(), depth + 1)) return problem;
    }
  }
  return nullptr;
}

// A number that does not survive being read again would give one object two texts.
bool reads_back(const std::string& canonical) {
  boost::system::error_code failed;
  const boost::json::value again = boost::json::parse(canonical, failed);
  return !failed && canonical_json(again) == canonical;
}

}  // namespace

Problem line_problem(std::string_view text) {
  return prose_problem(text, kLineMax, Lines::one);
}
Problem text_problem(std::string_view text) {
  return prose_problem(text, kTextMax, Lines::many);
}

Problem local_id_problem(std::string_view text) {
  if (text.empty() || text.size() > kLocalIdMax) return "is not 1 to 40 characters long";
  for (const char c : text)
    if (!(c >= 'a' && c <= 'z') && !is_digit(c) && c != '-') return "may hold only a-z, 0-9 and -";
  return nullptr;
}

Problem lang_problem(std::string_view text) {
  constexpr Problem kBad = "is no language tag (BCP 47)";
  if (text.empty() || text.size() > kLangMax) return kBad;
  std::size_t subtag_bytes = 0;
  bool first = true;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && text[i] != '-') {
      if (!is_letter(text[i]) && (first || !is_digit(text[i]))) return kBad;
      if (++subtag_bytes > 8) return kBad;
      continue;
    }
    if (subtag_bytes == 0) return kBad;
    // A language has at least two letters; "x-" begins a private tag.
    if (first && subtag_bytes == 1) {
      const bool private_use = text[0] == 'x' || text[0] == 'X';
      if (!private_use || i == text.size()) return kBad;
    }
    first = false;
    subtag_bytes = 0;
  }
  return nullptr;
}

Problem string_problem(FieldType type, std::string_view text) {
  switch (type) {
    case FieldType::TEXT:
      return text_problem(text);
    case FieldType::LANG:
      return lang_problem(text);
    case FieldType::NEW_ID:
    case FieldType::REF_ID:
    case FieldType::SET_ID:
      return local_id_problem(text);
    default:
      return line_problem(text);
  }
}

Problem int_problem(const FieldInfo& field, std::int64_t value) {
  return value < field.int_min || value > field.int_max ? "is out of range" : nullptr;
}

Problem time_problem(std::int64_t us) {
  constexpr std::int64_t kDayUs = 86'400'000'000;
  const bool known = us >= Date::kFirstDays * kDayUs && us < (Date::kLastDays + 1) * kDayUs;
  return known ? nullptr : "is out of range";
}

Problem date_problem(std::int32_t days) {
  return days < Date::kFirstDays || days > Date::kLastDays ? "is out of range" : nullptr;
}

std::optional<std::uint16_t> enum_value(const FieldInfo& field, std::string_view name) {
  for (std::size_t i = 1; i < field.enum_values.size(); ++i)
    if (field.enum_values[i] == name) return static_cast<std::uint16_t>(i);
  return std::nullopt;
}

ObjectText object_text(ObjectKind kind, const boost::json::object& object) {
  ObjectText out;
  // The outer object is depth 1: its members' values are checked from 2 on.
  for (const auto& member : object) {
    Problem problem = is_utf8(member.key()) ? tree_problem(member.value(), 2) : "is not UTF-8";
    if (problem != nullptr) {
      out.problem = problem;
      return out;
    }
  }
  if (kind == ObjectKind::profile) {
    if (auto laid = with_changes(Profile{}, object); !laid) {
      out.problem = laid.error().detail;
      return out;
    }
  }
  out.canonical = canonical_json(object);
  if (out.canonical.size() > kObjectBytesMax) out.problem = "is too large";
  if (out.problem.empty() && !reads_back(out.canonical)) out.problem = "holds an inexact number";
  return out;
}

}  // namespace stafett::bti
