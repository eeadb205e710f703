#include <algorithm>

#include "engine/base/encoding.h"
#include "projections/profile/profile.h"
#include "projections/profile/profile_keys.h"

namespace stafett::bti {

namespace json = boost::json;

namespace {

constexpr std::size_t kClosedDaysMax = 4000;
constexpr std::size_t kLanguagesMax = 50;
constexpr std::size_t kLevelNameBytesMax = 200;

// What is wrong; null: nothing.
using Problem = const char*;

std::string_view view(const json::string& text) {
  return {text.data(), text.size()};
}

bool is_plain_line(std::string_view text) {
  if (text.empty() || text.size() > kLevelNameBytesMax || !is_utf8(text)) return false;
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return (c >= 0 && c < 0x20) || c == 0x7f; });
}

// Letters and digits in groups of 1 to 8, the first of letters: enough to be a language tag.
bool is_language(std::string_view text) {
  std::size_t group = 0;
  bool first = true;
  for (const char c : text) {
    if (c == '-') {
      if (group < (first ? 2u : 1u)) return false;
      first = false;
      group = 0;
      continue;
    }
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool digit = c >= '0' && c <= '9';
    if (!letter && (first || !digit)) return false;
    if (++group > 8) return false;
  }
  return group >= (first ? 2u : 1u);
}

Problem read_period(const json::value& value, Period& out) {
  if (const auto* text = value.if_string()) {
    const auto period = parse_working_days(view(*text));
    if (!period) return "is no period: 0 to 3650 days, or \"Nwd\"";
    out = *period;
    return nullptr;
  }
  const auto* days = value.if_int64();
  if (days == nullptr || *days < 0 || *days > Period::kCountMax)
    return "is no period: 0 to 3650 days, or \"Nwd\"";
  out = Period{static_cast<std::int32_t>(*days)};
  return nullptr;
}

Problem read_level_name(const json::value& value, LevelName& out) {
  const json::object* object = value.if_object();
  if (object == nullptr || object->size() != 3) return "must name each level in nb, nn and en";
  const auto read = [object](json::string_view key, std::string& to) {
    const json::value* text = object->if_contains(key);
    if (text == nullptr || !text->is_string() || !is_plain_line(view(text->get_string())))
      return false;
    to = view(text->get_string());
    return true;
  };
  return read("nb", out.nb) && read("nn", out.nn) && read("en", out.en)
             ? nullptr
             : "must name each level in nb, nn and en";
}

Problem read_level_names(const json::value& value, Profile& out) {
  const json::object* levels = value.if_object();
  if (levels == nullptr) return "is not a map of levels";
  for (const auto& member : *levels) {
    const std::string_view level = member.key();
    if (level.size() != 1 || level[0] < '0' || level[0] > '3') return "names a level that is not";
    const auto index = static_cast<std::size_t>(level[0] - '0');
    if (Problem problem = read_level_name(member.value(), out.level_names[index])) return problem;
  }
  return nullptr;
}

Problem read_languages(const json::value& value, std::vector<std::string>& out) {
  const json::array* list = value.if_array();
  if (list == nullptr || list->empty() || list->size() > kLanguagesMax)
    return "is no list of languages";
  out.clear();
  for (const json::value& item : *list) {
    if (!item.is_string() || !is_language(view(item.get_string())))
      return "is no list of languages";
    std::string language{view(item.get_string())};
    if (std::find(out.begin(), out.end(), language) != out.end()) return "names a language twice";
    out.push_back(std::move(language));
  }
  return nullptr;
}

Problem read_closed_days(const json::value& value, std::vector<Date>& out) {
  const json::array* list = value.if_array();
  if (list == nullptr || list->size() > kClosedDaysMax) return "is no list of dates";
  out.clear();
  for (const json::value& item : *list) {
    const auto date = item.is_string() ? Date::parse(view(item.get_string())) : std::nullopt;
    if (!date) return "is no list of dates";
    out.push_back(*date);
  }
  std::sort(out.begin(), out.end());
  if (std::adjacent_find(out.begin(), out.end()) != out.end()) return "names a date twice";
  return nullptr;
}

struct Read {
  Profile& profile;
  const json::value& value;
  Problem operator()(Period Profile::*member) const { return read_period(value, profile.*member); }
  Problem operator()(bool Profile::*member) const {
    if (!value.is_bool()) return "is not true or false";
    profile.*member = value.get_bool();
    return nullptr;
  }
  Problem operator()(const IntKey& key) const {
    const auto* number = value.if_int64();
    if (number == nullptr) return "is not a whole number";
    if (*number < key.min || *number > key.max) return "is out of range";
    profile.*key.member = static_cast<int>(*number);
    return nullptr;
  }
  Problem operator()(const ChoiceKey& key) const {
    const auto* word = value.if_string();
    if (word == nullptr) return "is not a string";
    for (std::size_t i = 0; i < key.words.size(); ++i) {
      if (key.words[i] != view(*word)) continue;
      key.set(profile, i);
      return nullptr;
    }
    return "is not one of the values allowed";
  }
  Problem operator()(LevelNamesKey) const { return read_level_names(value, profile); }
  Problem operator()(LanguagesKey) const { return read_languages(value, profile.languages); }
  Problem operator()(ClosedDaysKey) const {
    return read_closed_days(value, profile.extra_closed_days);
  }
};

}  // namespace

ProfileResult<Profile> with_changes(const Profile& base, const json::object& changes) {
  constexpr std::size_t kKeyShownMax = 100;
  Profile profile = base;
  for (const auto& member : changes) {
    const std::string_view name = member.key();
    const ProfileKey* key = find_profile_key(name);
    const std::string shown{name.substr(0, kKeyShownMax)};
    if (key == nullptr) return ProfileFault{shown, shown + " is no profile key"};
    if (Problem problem = std::visit(Read{profile, member.value()}, key->kind))
      return ProfileFault{shown, shown + " " + problem};
  }
  return profile;
}

}  // namespace stafett::bti
