#include "projections/finding_texts/explain.h"

#include <algorithm>

#include "engine/base/check.h"

namespace stafett::bti {

namespace {

template <class Use>
void each_word(std::string_view words, Use&& use) {
  while (!words.empty()) {
    const std::size_t end = std::min(words.find(' '), words.size());
    use(words.substr(0, end));
    words.remove_prefix(std::min(end + 1, words.size()));
  }
}

std::string headed(std::string_view heading, Language language, std::string_view text) {
  return std::string(finding_word(heading, language)) + ": " + std::string(text) + "\n";
}

std::string sources_text(const FindingEntry& entry, Language language) {
  std::string out;
  each_word(entry.sources, [&](std::string_view source) {
    if (!out.empty()) out += "; ";
    out += finding_word(source, language);
  });
  return out + '.';
}

std::string profile_text(const FindingEntry& entry, Language language, const Profile& profile) {
  std::string out;
  each_word(entry.profile_keys, [&](std::string_view key) {
    const std::string value = profile_value_text(key, language, profile);
    const std::string usual = profile_value_text(key, language, Profile{});
    if (!out.empty()) out += ", ";
    out += '`' + std::string(key) + "` = " + value;
    if (value != usual)
      out += " (" + std::string(finding_word("default", language)) + ' ' + usual + ')';
  });
  return out + '.';
}

}  // namespace

std::optional<std::uint8_t> rule_named(std::string_view name) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (name.size() != 3 || (name[0] != 'F' && name[0] != 'f') || !is_digit(name[1]) ||
      !is_digit(name[2]))
    return std::nullopt;
  const int number = (name[1] - '0') * 10 + (name[2] - '0');
  if (number < 1 || static_cast<std::size_t>(number) > finding_entries().size())
    return std::nullopt;
  return static_cast<std::uint8_t>(number);
}

std::string explain(std::uint8_t rule, Language language, const Profile& profile) {
  CHECK(rule >= 1 && rule <= finding_entries().size());
  const FindingEntry& entry = finding_entries()[rule - 1];
  const FindingText text = finding_text(rule, language, profile);
  const std::string name{'F', static_cast<char>('0' + rule / 10),
                         static_cast<char>('0' + rule % 10)};
  std::string out = name + ' ' + std::string(label(LabelGroup::finding, name, language)) + " (" +
                    std::string(finding_word(std::string_view(&entry.level, 1), language)) + ")\n";
  out += '\n' + text.meaning + "\n\n";
  out += headed("why", language, text.basis);
  out += headed("restsOn", language, sources_text(entry, language));
  out += headed("computed", language, text.computed);
  if (!entry.profile_keys.empty())
    out += headed("profile", language, profile_text(entry, language, profile));
  return out;
}

}  // namespace stafett::bti
