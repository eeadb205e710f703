#include "projections/finding_texts/finding_texts.h"

#include <boost/json/value.hpp>
#include <iterator>

#include "engine/base/check.h"

namespace stafett::bti {

namespace {

struct Word {
  std::string_view key;
  std::string_view languages[kLanguages];
};
constexpr Word kWords[] = {
#include "finding_words.inc"
};
constexpr FindingEntry kEntries[] = {
#include "finding_entries.inc"
};

constexpr bool numbered() {
  std::uint8_t next = 1;
  for (const FindingEntry& entry : kEntries)
    if (entry.rule != next++) return false;
  return next == 63;
}
static_assert(numbered(), "findings.txt has F01 to F62, in order");

std::string counted(std::int64_t count, std::string_view one, std::string_view many,
                    Language language) {
  return std::to_string(count) + ' ' + std::string(finding_word(count == 1 ? one : many, language));
}

std::string number_text(std::string_view key, std::int64_t number, Language language) {
  if (key.ends_with("Days")) return counted(number, "day", "days", language);
  if (key.ends_with("Months")) return counted(number, "month", "months", language);
  return std::to_string(number);
}

std::string string_text(std::string_view key, std::string_view value, Language language) {
  const auto period = key.ends_with("Days") ? parse_working_days(value) : std::nullopt;
  if (period) return counted(period->count, "workingDay", "workingDays", language);
  return '`' + std::string(value) + '`';
}

bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}

}  // namespace

std::span<const FindingEntry> finding_entries() {
  return kEntries;
}

std::string_view finding_word(std::string_view key, Language language) {
  for (const Word& word : kWords)
    if (word.key == key) return word.languages[static_cast<std::size_t>(language)];
  return {};
}

std::string profile_value_text(std::string_view key, Language language, const Profile& profile) {
  const boost::json::object values = to_json(profile);
  const boost::json::value* value = values.if_contains(key);
  CHECK(value != nullptr);
  if (const auto* number = value->if_int64()) return number_text(key, *number, language);
  if (const auto* text = value->if_string()) return string_text(key, *text, language);
  CHECK(value->is_bool());
  return value->get_bool() ? "`true`" : "`false`";
}

std::string filled(std::string_view text, Language language, const Profile& profile) {
  std::string out;
  for (;;) {
    const std::size_t open = text.find('{');
    out += text.substr(0, open);
    if (open == std::string_view::npos) return out;
    const std::size_t close = text.find('}', open);
    CHECK(close != std::string_view::npos && close > open + 1);
    const std::string_view name = text.substr(open + 1, close - open - 1);
    if (is_upper(name.front())) {
      const std::string_view shown = label(LabelGroup::event, name, language);
      CHECK(!shown.empty());
      out += finding_word("openQuote", language);
      out += shown;
      out += finding_word("closeQuote", language);
    } else {
      out += profile_value_text(name, language, profile);
    }
    text.remove_prefix(close + 1);
  }
}

FindingText finding_text(std::uint8_t rule, Language language, const Profile& profile) {
  CHECK(rule >= 1 && rule <= std::size(kEntries));
  const auto& raw = kEntries[rule - 1].languages[static_cast<std::size_t>(language)];
  return {filled(raw.meaning, language, profile), filled(raw.basis, language, profile),
          filled(raw.computed, language, profile)};
}

}  // namespace stafett::bti
