#pragma once
// Finding texts: what each finding tells a supervisor, why it matters and how it is computed, in
// Norwegian bokmål, nynorsk and English. findings.txt is the one place they are written; it is
// compiled in. The findings' names are in labels.txt.
//
// Source:  projections/finding_texts/findings.txt
// Threads: any; constant.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "projections/labels/labels.h"
#include "projections/profile/profile.h"

namespace stafett::bti {

inline constexpr std::size_t kLanguages = 3;  // of Language

// One rule as written: `{level0DecisionDays}` stands for the value of a profile key,
// `{ConcernRaised}` for the name of an event.
struct FindingEntry {
  struct Text {
    std::string_view meaning, basis, computed;
  };
  std::uint8_t rule;
  char level;                     // 'B', 'A', 'R', 'I'
  std::string_view sources;       // names of words, separated by spaces
  std::string_view profile_keys;  // that the rule reads, separated by spaces; may be empty
  Text languages[kLanguages];     // by Language
};
std::span<const FindingEntry> finding_entries();  // F01 to F62, by number

// A word that explanations are made with: "B" (breach), "seed", "days", "why". Empty: no such word.
std::string_view finding_word(std::string_view key, Language language);

// A text with its names of events and the values of `profile` put in.
std::string filled(std::string_view text, Language language, const Profile& profile);
// "14 dager", "10 working days", "15", "`both`": with the unit that the key's name tells.
// REQUIRES: `key` is a profile key.
std::string profile_value_text(std::string_view key, Language language, const Profile& profile);

struct FindingText {
  std::string meaning, basis, computed;
};
// REQUIRES: `rule` is 1 to 62.
FindingText finding_text(std::uint8_t rule, Language language, const Profile& profile = {});

}  // namespace stafett::bti
