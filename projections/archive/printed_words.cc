#include "projections/archive/printed_words.h"

#include <boost/json.hpp>

#include "engine/base/clock.h"
#include "projections/archive/printout.h"
#include "projections/calendar/calendar.h"
#include "projections/viewer/viewed_case.h"

namespace stafett::bti {

namespace json = boost::json;

std::string_view PrintedWords::say(std::string_view nb, std::string_view nn) const {
  return language_ == Language::nn ? nn : nb;
}

std::string PrintedWords::date(const std::string& text) const {
  const auto day = Date::parse(text);
  if (!day) return text;
  return std::to_string(day->day()) + "." + std::to_string(day->month()) + "." +
         std::to_string(day->year());
}
std::string PrintedWords::instant(const std::string& text) const {
  const auto at = parse_time(text);
  if (!at) return text;
  const std::int32_t minute = local_minute(*at);
  const auto two = [](std::int32_t number) {
    return (number < 10 ? "0" : "") + std::to_string(number);
  };
  return date(local_date(*at).to_text()) + " kl. " + two(minute / 60) + "." + two(minute % 60);
}

std::string PrintedWords::service(const std::string& id) const {
  const auto known = log_.services.find(id);
  const std::string kind = known == log_.services.end() ? id : known->second;
  const std::string_view word = service_word(kind, language_);
  if (word.empty()) return id;
  return kind == id ? std::string{word} : std::string{word} + " (" + id + ")";
}

std::string PrintedWords::level(const json::value& number) const {
  const std::string text = json::serialize(number);
  const std::string_view name = label(LabelGroup::level, text, language_);
  return name.empty() ? text : text + " " + std::string{name};
}

std::string PrintedWords::yes_no(bool is) const {
  return is ? "ja" : "nei";  // in both languages
}

std::string PrintedWords::word_or(std::string_view field, const std::string& text) const {
  const std::string_view word = value_word(field, text, language_);
  return word.empty() ? text : std::string{word};
}

std::string PrintedWords::value(std::string_view field, const json::value& of) const {
  if (of.is_null()) return {};
  if (of.is_bool()) return yes_no(of.get_bool());
  if (of.is_string()) return word_or(field, std::string{of.get_string()});
  if (const json::array* many = of.if_array()) {
    std::string text;
    for (const json::value& one : *many) text += (text.empty() ? "" : ", ") + value(field, one);
    return text;
  }
  return json::serialize(of);
}

std::string PrintedWords::shown(const FieldInfo& field, const json::value& of) const {
  if (id_kind_of(field)) return {};  // what it names is told where it is
  if (const json::array* many = of.if_array()) {
    std::string text;
    for (const json::value& one : *many) {
      const std::string each = shown(field, one);
      if (!each.empty()) text += (text.empty() ? "" : ", ") + each;
    }
    return text;
  }
  switch (field.type) {
    case FieldType::PERSON:
      return of.is_string() ? log_.name_of(std::string{of.get_string()}) : std::string{};
    case FieldType::SERVICE:
      return of.is_string() ? service(std::string{of.get_string()}) : std::string{};
    case FieldType::DATE:
      return of.is_string() ? date(std::string{of.get_string()}) : std::string{};
    case FieldType::TIME:
      return of.is_string() ? instant(std::string{of.get_string()}) : std::string{};
    case FieldType::ENUMERATION:
    case FieldType::BOOL:
      return value(field.name, of);
    case FieldType::INT:
      return field.name == "level" || field.name == "from" || field.name == "to"
                 ? level(of)
                 : json::serialize(of);
    case FieldType::TEXT:
    case FieldType::LINE:
    case FieldType::LANG:
    case FieldType::DIGEST:
      return of.is_string() ? std::string{of.get_string()} : std::string{};
    default:
      return {};
  }
}

}  // namespace stafett::bti
